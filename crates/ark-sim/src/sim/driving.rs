//! What a test may do to tasks and assets behind the API.

use serde_json::Value;

use crate::sim::{NotThere, Sim};
use crate::tasks::Task;

impl Sim {
    /// Takes the task off the clock: it has this status, known or not, until it is set again.
    pub fn set_status(&self, id: &str, status: &str) -> Result<(), NotThere> {
        let now_ms = self.clock().now_ms();
        self.change_task(id, |task| task.life.drive(status, now_ms))
    }

    /// Every GET and LIST from now on sees the next of these statuses; the last one stays.
    pub fn walk(&self, id: &str, statuses: &[&str]) -> Result<(), NotThere> {
        self.change_task(id, |task| task.life.walk(statuses))
    }

    /// The task has succeeded now.
    pub fn succeed(&self, id: &str) -> Result<(), NotThere> {
        self.set_status(id, "succeeded")
    }

    /// The task has failed now, with this error.
    pub fn fail(&self, id: &str, code: &str, message: &str) -> Result<(), NotThere> {
        let now_ms = self.clock().now_ms();
        self.change_task(id, |task| {
            task.error = Some((code.to_owned(), message.to_owned()));
            task.life.drive("failed", now_ms);
        })
    }

    /// What the task reports as usage once it succeeded. An object stands for the whole field,
    /// `null` for no field at all, and anything else for the value of both counters.
    pub fn set_usage(&self, id: &str, usage: Value) -> Result<(), NotThere> {
        self.change_task(id, |task| task.usage = Some(usage))
    }

    /// The task reports `value` in this top-level field from now on, whatever its state.
    pub fn set_field(&self, id: &str, name: &str, value: Value) -> Result<(), NotThere> {
        self.change_task(id, |task| {
            task.fields.insert(name.to_owned(), Some(value));
        })
    }

    /// The task does not report this top-level field any more.
    pub fn remove_field(&self, id: &str, name: &str) -> Result<(), NotThere> {
        self.change_task(id, |task| {
            task.fields.insert(name.to_owned(), None);
        })
    }

    /// The record vanishes: GET, LIST and DELETE know it no more.
    pub fn forget(&self, id: &str) -> Result<(), NotThere> {
        self.change_task(id, |task| task.gone = true)
    }

    /// The asset is `Active` now.
    pub fn activate_asset(&self, id: &str) -> Result<(), NotThere> {
        let now_ms = self.clock().now_ms();
        found(id, self.world.assets.activate(id, now_ms))
    }

    /// The asset is `Failed` now, for this reason.
    pub fn fail_asset(&self, id: &str, code: &str, message: &str) -> Result<(), NotThere> {
        let now_ms = self.clock().now_ms();
        found(id, self.world.assets.fail(id, code, message, now_ms))
    }

    fn change_task(&self, id: &str, act: impl FnOnce(&mut Task)) -> Result<(), NotThere> {
        found(id, self.world.tasks.change(id, act).is_some())
    }
}

fn found(id: &str, is_there: bool) -> Result<(), NotThere> {
    if is_there {
        return Ok(());
    }
    let id = id.to_owned();
    Err(NotThere { id })
}
