//! The actions. The last four exist upstream; a gateway for tenants must never call them.

use serde_json::{Value, json};

use crate::assets::asset::Asset;
use crate::assets::group::Group;
use crate::assets::listing;
use crate::assets::parameters::{Body, invalid};
use crate::assets::table::Library;
use crate::clock::millis;
use crate::ids;
use crate::refusal::Refusal;
use crate::tasks::Media;
use crate::world::World;

/// An action: what it answers as `Result`.
type Action = fn(&World, &Body, i64) -> Result<Value, Refusal>;

/// The action called `name`.
pub(super) fn find(name: &str) -> Option<Action> {
    let actions: [(&str, Action); 10] = [
        ("CreateAssetGroup", create_group),
        ("CreateAsset", create_asset),
        ("ListAssetGroups", listing::groups),
        ("ListAssets", listing::assets),
        ("GetAssetGroup", get_group),
        ("GetAsset", get_asset),
        ("UpdateAssetGroup", update_group),
        ("UpdateAsset", update_asset),
        ("DeleteAssetGroup", delete_group),
        ("DeleteAsset", delete_asset),
    ];
    let found = actions.into_iter().find(|(known, _)| *known == name);
    found.map(|(_, action)| action)
}

fn create_group(world: &World, body: &Body, now_ms: i64) -> Result<Value, Refusal> {
    body.required("Name")?;
    body.choice("GroupType", &["AIGC"])?;
    let id = ids::group(now_ms);
    let group = Group {
        id: id.clone(),
        project: body.project()?.to_owned(),
        name: body.short("Name", 64)?.to_owned(),
        description: body.short("Description", 300)?.to_owned(),
        created_ms: now_ms,
        updated_ms: now_ms,
    };
    world.assets.lock().groups.add(id.clone(), group);
    Ok(json!({"Id": id}))
}

/// Nothing is downloaded: the asset becomes `Active` by the clock, unless a test fails it.
fn create_asset(world: &World, body: &Body, now_ms: i64) -> Result<Value, Refusal> {
    let group_id = body.required("GroupId")?;
    let source_url = body.required("URL")?;
    body.required("AssetType")?;
    if !source_url.starts_with("http://") && !source_url.starts_with("https://") {
        return Err(invalid("URL", "it must be a public web url"));
    }
    let id = ids::asset(now_ms);
    let asset = Asset {
        id: id.clone(),
        group_id: group_id.to_owned(),
        project: body.project()?.to_owned(),
        kind: body.choice("AssetType", &["Image", "Video", "Audio"])?.to_owned(),
        name: body.short("Name", 64)?.to_owned(),
        source_url: source_url.to_owned(),
        moderation: body.value("Moderation").cloned(),
        created_ms: now_ms,
        active_ms: now_ms.saturating_add(millis(world.settings.asset_processing)),
        failure: None,
    };
    let mut library = world.assets.lock();
    group(&mut library, group_id, &asset.project)?;
    library.assets.add(id.clone(), asset);
    Ok(json!({"Id": id}))
}

fn get_group(world: &World, body: &Body, _: i64) -> Result<Value, Refusal> {
    let mut library = world.assets.lock();
    group(&mut library, body.required("Id")?, body.project()?).map(|group| group.item())
}

fn get_asset(world: &World, body: &Body, now_ms: i64) -> Result<Value, Refusal> {
    let mut library = world.assets.lock();
    let asset = asset(&mut library, body.required("Id")?, body.project()?)?;
    Ok(asset.item(now_ms, &Media::of(world)))
}

fn update_group(world: &World, body: &Body, now_ms: i64) -> Result<Value, Refusal> {
    let mut library = world.assets.lock();
    let group = group(&mut library, body.required("Id")?, body.project()?)?;
    body.short("Name", 64)?.clone_into(&mut group.name);
    body.short("Description", 300)?.clone_into(&mut group.description);
    group.updated_ms = now_ms;
    Ok(json!({"Id": group.id}))
}

fn update_asset(world: &World, body: &Body, _: i64) -> Result<Value, Refusal> {
    let mut library = world.assets.lock();
    let asset = asset(&mut library, body.required("Id")?, body.project()?)?;
    body.short("Name", 64)?.clone_into(&mut asset.name);
    Ok(json!({"Id": asset.id}))
}

fn delete_group(world: &World, body: &Body, _: i64) -> Result<Value, Refusal> {
    let mut library = world.assets.lock();
    let id = group(&mut library, body.required("Id")?, body.project()?)?.id.clone();
    library.groups.remove(&id);
    library.assets.retain(|asset| asset.group_id != id);
    Ok(json!({}))
}

fn delete_asset(world: &World, body: &Body, _: i64) -> Result<Value, Refusal> {
    let mut library = world.assets.lock();
    let id = asset(&mut library, body.required("Id")?, body.project()?)?.id.clone();
    library.assets.remove(&id);
    Ok(json!({}))
}

/// The group, if it is in the project.
fn group<'a>(library: &'a mut Library, id: &str, project: &str) -> Result<&'a mut Group, Refusal> {
    let shelf = &mut library.groups;
    let group = shelf.get_mut(id).filter(|group| group.project == project);
    group.ok_or_else(|| {
        let message = format!("The specified asset_group {id} is not found.");
        Refusal::new(404, "NotFound.group_id", message)
    })
}

/// The asset, if it is in the project.
fn asset<'a>(library: &'a mut Library, id: &str, project: &str) -> Result<&'a mut Asset, Refusal> {
    let shelf = &mut library.assets;
    let asset = shelf.get_mut(id).filter(|asset| asset.project == project);
    asset.ok_or_else(|| {
        let message = format!("The specified asset {id} is not found.");
        Refusal::new(404, "NotFound.asset_id", message)
    })
}
