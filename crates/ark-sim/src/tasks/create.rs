//! POST: checks the order and buys the task.

use serde_json::{Value, json};

use crate::assets::Reference;
use crate::http::Request;
use crate::ids;
use crate::refusal::Refusal;
use crate::rules;
use crate::tasks::task::Task;
use crate::world::World;

/// Answers `{"id"}`. Every call that gets this far is a purchase of its own: the upstream knows
/// no idempotency.
pub(crate) fn create(world: &World, request: &Request) -> Result<Value, Refusal> {
    let body = serde_json::from_slice(&request.body)
        // Assumed: the answer to a body that is no JSON was never measured.
        .map_err(|_| {
            Refusal::new(400, "InvalidParameter", "The request body is not valid JSON.")
        })?;
    let order = rules::check(&body, &world.settings.endpoints)?;
    let now_ms = world.clock().now_ms();
    for reference in &order.assets {
        require_active(world, reference, now_ms)?;
    }
    let id = ids::task(now_ms);
    let calls_back = order.callback_url.is_some();
    let body = request.body.clone();
    let task = Task::new(id.clone(), order, body, now_ms, &world.settings);
    world.tasks.add(task);
    if let Some(callbacks) = world.callbacks.as_ref().filter(|_| calls_back) {
        // The courier only stops with the simulator.
        drop(callbacks.send(id.clone()));
    }
    Ok(json!({"id": id}))
}

/// An asset can be used when it is in the project of the key, and `Active`.
fn require_active(world: &World, reference: &Reference, now_ms: i64) -> Result<(), Refusal> {
    world
        .assets
        .usable(reference, &world.settings.project, now_ms)
        .map_err(|reason| Refusal::invalid(&reference.path, reason))
}
