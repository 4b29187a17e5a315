//! DELETE: a cancel while the task is queued, a removal of the record once it has ended.

use serde_json::{Value, json};

use crate::http::Request;
use crate::refusal::Refusal;
use crate::route;
use crate::tasks::get::unknown;
use crate::world::World;

/// Answers `{}`. A body is accepted and ignored: the official clients send `{}`.
pub(crate) fn delete(world: &World, request: &Request) -> Result<Value, Refusal> {
    let id = route::task_path(&request.head.path).unwrap_or_default();
    let now_ms = world.clock().now_ms();
    let outcome = world.tasks.change(id, |task| {
        if !task.is_visible(now_ms) {
            return Err(unknown(id));
        }
        match task.life.at(now_ms).status.as_ref() {
            "queued" => task.life.drive("cancelled", now_ms),
            "succeeded" | "failed" | "expired" => task.gone = true,
            "cancelled" => return Err(cancelled(id)),
            // Running, or a status that only a test could set.
            _ => return Err(running(id)),
        }
        Ok(json!({}))
    });
    outcome.unwrap_or_else(|| Err(unknown(id)))
}

fn running(id: &str) -> Refusal {
    let message = format!("Cannot delete task `{id}` because it is currently running.");
    Refusal::new(409, "InvalidAction.RunningTaskDeletion", message)
}

/// That it is refused is documented. Status, code and message are assumed.
fn cancelled(id: &str) -> Refusal {
    let message = format!("Cannot delete task `{id}` because it is cancelled.");
    Refusal::new(409, "InvalidAction.CancelledTaskDeletion", message)
}
