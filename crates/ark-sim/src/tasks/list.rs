//! LIST: the tasks of the last 7 days, newest first.

use serde_json::{Value, json};

use crate::faults::{ListOddity, distort};
use crate::http::Request;
use crate::refusal::Refusal;
use crate::route::Verb;
use crate::tasks::report::{self, Media};
use crate::tasks::table::Records;
use crate::tasks::task::Task;
use crate::world::World;

/// What the documented list of `filter.status` holds. `expired` is not in it, and is accepted.
const STATUSES: [&str; 6] = ["queued", "running", "cancelled", "succeeded", "failed", "expired"];
/// The range of `page_num` and `page_size`.
const PAGES: std::ops::RangeInclusive<usize> = 1..=500;

/// Answers `{"items", "total"}`.
pub(crate) fn list(
    world: &World,
    request: &Request,
    oddity: Option<&ListOddity>,
) -> Result<Value, Refusal> {
    let query = Query::parse(request.head.pairs())?;
    let now_ms = world.clock().now_ms();
    let mut records = world.tasks.lock();
    let places = query.places(&records, now_ms);
    let early = match oddity {
        Some(ListOddity::Overlap) => query.page_num - 1,
        _ => 0,
    };
    let start = ((query.page_num - 1) * query.page_size).saturating_sub(early);
    let page = places.iter().skip(start).take(query.page_size);
    let media = Media::of(world);
    let mut stepped = false;
    let mut items = Vec::new();
    for place in page {
        if let Some(task) = records.at_mut(*place) {
            stepped |= task.life.step(now_ms);
            items.push(report::of(task, task.life.at(now_ms), &media));
        }
    }
    drop(records);
    if stepped {
        world.tasks.changed();
    }
    let mut list = json!({"items": items, "total": places.len()});
    if let Some(oddity) = oddity {
        distort(&mut list, oddity, world.calls.count(Verb::List), now_ms);
    }
    Ok(list)
}

/// The parameters of a LIST.
#[derive(Debug)]
struct Query {
    page_num: usize,
    page_size: usize,
    status: Option<String>,
    /// The name that the create used, an endpoint's or a model's.
    model: Option<String>,
    service_tier: Option<String>,
    task_ids: Vec<String>,
}

impl Query {
    fn parse(pairs: impl Iterator<Item = (String, String)>) -> Result<Self, Refusal> {
        let mut query = Self {
            // Chosen: the defaults are not documented.
            page_num: 1,
            page_size: 10,
            status: None,
            model: None,
            service_tier: None,
            task_ids: Vec::new(),
        };
        for (name, value) in pairs {
            match name.as_str() {
                "page_num" => query.page_num = page(&name, &value)?,
                "page_size" => query.page_size = page(&name, &value)?,
                "filter.status" => query.status = Some(status(&name, value)?),
                "filter.model" => query.model = Some(value),
                "filter.service_tier" => query.service_tier = Some(value),
                "filter.task_ids" => query.task_ids.push(value),
                _ => {}
            }
        }
        Ok(query)
    }

    /// The places of the tasks that match, newest first.
    fn places(&self, records: &Records, now_ms: i64) -> Vec<usize> {
        let matching = |(place, task): (usize, &Task)| self.matches(task, now_ms).then_some(place);
        if self.task_ids.is_empty() {
            return records.newest_first().filter_map(matching).collect();
        }
        // By id there is no need to look at every task.
        let asked = self.task_ids.iter().filter_map(|id| records.task(id));
        let mut places: Vec<usize> = asked.filter_map(matching).collect();
        places.sort_unstable_by(|one, other| other.cmp(one));
        places.dedup();
        places
    }

    fn matches(&self, task: &Task, now_ms: i64) -> bool {
        let is = |wanted: &Option<String>, value: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == value)
        };
        task.is_visible(now_ms)
            && is(&self.model, &task.order.model)
            && is(&self.service_tier, "default")
            && is(&self.status, &task.life.at(now_ms).status)
    }
}

fn page(name: &str, value: &str) -> Result<usize, Refusal> {
    let number = value.parse().ok().filter(|number| PAGES.contains(number));
    number.ok_or_else(|| Refusal::invalid(name, format!("{name} must be between 1 and 500")))
}

fn status(name: &str, value: String) -> Result<String, Refusal> {
    if STATUSES.contains(&value.as_str()) {
        return Ok(value);
    }
    Err(Refusal::invalid(name, format!("unknown status {value}")))
}
