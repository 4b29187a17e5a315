//! `ListAssetGroups` and `ListAssets`: filters, order and pages.

use serde_json::{Value, json};

use crate::assets::asset::Asset;
use crate::assets::group::Group;
use crate::assets::parameters::{Body, invalid, missing};
use crate::refusal::Refusal;
use crate::tasks::Media;
use crate::world::World;

/// How deep pages may go, in records.
const DEEPEST_ASSETS: usize = 20_000;
const DEEPEST_GROUPS: usize = 10_000;
const LARGEST_PAGE: usize = 100;

pub(super) fn groups(world: &World, body: &Body, _: i64) -> Result<Value, Refusal> {
    let filter = Filter::parse(body)?;
    let sort_by = body.choice("SortBy", &["CreateTime", "UpdateTime"])?;
    let project = body.project()?;
    let library = world.assets.lock();
    let matching = |group: &&Group| {
        group.project == project && filter.has_group(&group.id) && filter.has_name(&group.name)
    };
    let mut found: Vec<&Group> = library.groups.iter().filter(matching).collect();
    if sort_by == "UpdateTime" {
        found.sort_by_key(|group| group.updated_ms);
    }
    page(body, found, DEEPEST_GROUPS, |group| group.item())
}

pub(super) fn assets(world: &World, body: &Body, now_ms: i64) -> Result<Value, Refusal> {
    let filter = Filter::parse(body)?;
    let sort_by = body.choice("SortBy", &["CreateTime", "UpdateTime", "GroupId"])?;
    let project = body.project()?;
    let library = world.assets.lock();
    let matching = |asset: &&Asset| {
        asset.project == project
            && filter.has_group(&asset.group_id)
            && filter.has_name(&asset.name)
            && filter.has_status(asset.status(now_ms))
    };
    let mut found: Vec<&Asset> = library.assets.iter().filter(matching).collect();
    match sort_by {
        "UpdateTime" => found.sort_by_key(|asset| asset.updated_ms(now_ms)),
        "GroupId" => found.sort_by(|one, other| one.group_id.cmp(&other.group_id)),
        _ => {}
    }
    let media = Media::of(world);
    page(body, found, DEEPEST_ASSETS, |asset| asset.item(now_ms, &media))
}

/// One page of `found`, which comes in ascending order.
fn page<T>(
    body: &Body,
    mut found: Vec<T>,
    deepest: usize,
    item: impl Fn(&T) -> Value,
) -> Result<Value, Refusal> {
    if body.choice("SortOrder", &["Desc", "Asc"])? == "Desc" {
        found.reverse();
    }
    let number = body.count("PageNumber", 1)?;
    // Chosen: the default is not documented.
    let size = body.count("PageSize", 10)?;
    if size > LARGEST_PAGE {
        return Err(invalid("PageSize", "it must be at most 100"));
    }
    if number.saturating_mul(size) > deepest {
        return Err(invalid("PageNumber", "the page is too deep"));
    }
    let items: Vec<Value> = found.iter().skip((number - 1) * size).take(size).map(item).collect();
    Ok(json!({
        "Items": items,
        "TotalCount": found.len(),
        "PageNumber": number,
        "PageSize": size,
    }))
}

/// What `Filter` asks for.
struct Filter {
    /// Groups of another type than `AIGC` are never made here, so that they list as nothing.
    is_aigc: bool,
    group_ids: Vec<String>,
    statuses: Vec<String>,
    name: String,
}

impl Filter {
    fn parse(body: &Body) -> Result<Self, Refusal> {
        let filter = body.value("Filter").ok_or_else(|| missing("Filter"))?;
        let text = |name: &str| filter.get(name).and_then(Value::as_str);
        let group_type = text("GroupType").ok_or_else(|| missing("Filter.GroupType"))?;
        if !["AIGC", "LivenessFace"].contains(&group_type) {
            return Err(invalid("Filter.GroupType", "it must be AIGC or LivenessFace"));
        }
        Ok(Self {
            is_aigc: group_type == "AIGC",
            group_ids: texts(filter, "GroupIds")?,
            statuses: texts(filter, "Statuses")?,
            name: text("Name").unwrap_or_default().to_owned(),
        })
    }

    fn has_group(&self, id: &str) -> bool {
        self.is_aigc && allows(&self.group_ids, id)
    }

    fn has_status(&self, status: &str) -> bool {
        allows(&self.statuses, status)
    }

    /// Fuzzy upstream; here a part of the name.
    fn has_name(&self, name: &str) -> bool {
        name.contains(&self.name)
    }
}

/// Assumed: an empty list filters nothing, like an absent one. A gateway must not rely on the
/// opposite, because then a tenant without groups would see everybody's.
fn allows(wanted: &[String], value: &str) -> bool {
    wanted.is_empty() || wanted.iter().any(|wanted| wanted == value)
}

fn texts(filter: &Value, name: &str) -> Result<Vec<String>, Refusal> {
    let Some(value) = filter.get(name).filter(|value| !value.is_null()) else {
        return Ok(Vec::new());
    };
    serde_json::from_value(value.clone())
        .map_err(|_| invalid(&format!("Filter.{name}"), "it must be a list of strings"))
}
