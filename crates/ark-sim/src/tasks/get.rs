//! GET of one task.

use serde_json::Value;

use crate::http::Request;
use crate::refusal::Refusal;
use crate::route;
use crate::tasks::report::{self, Media};
use crate::world::World;

/// Answers the task as it is now.
pub(crate) fn get(world: &World, request: &Request) -> Result<Value, Refusal> {
    let id = route::task_path(&request.head.path).unwrap_or_default();
    let now_ms = world.clock().now_ms();
    let (stepped, report) = {
        let mut records = world.tasks.lock();
        let task = records
            .task_mut(id)
            .filter(|task| task.is_visible(now_ms))
            .ok_or_else(|| unknown(id))?;
        let stepped = task.life.step(now_ms);
        let report = report::of(task, task.life.at(now_ms), &Media::of(world));
        (stepped, report)
    };
    if stepped {
        world.tasks.changed();
    }
    Ok(report)
}

/// 404. The code is assumed: no public source names it.
pub(super) fn unknown(id: &str) -> Refusal {
    let message = format!("The specified task {id} is not found.");
    Refusal::new(404, "NotFound.task_id", message).about("id")
}
