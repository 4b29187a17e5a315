//! The seal of a task: a checksum over what its tenant is shown and what decides on its price.
//!
//! It ties the body to the task's id and to its tenant, so a row that a damaged index leads to by
//! mistake does not pass for the one that was asked for.

use crc32fast::Hasher;
use rusqlite::Error;
use rusqlite::types::Type;
use seedance_model::TaskId;

use crate::{Intent, NewTask, Task, TenantId, UnixMillis};

/// A task whose row is not what was written.
#[derive(Clone, Debug, thiserror::Error)]
#[error("task `{task}` is not in the file as it was written; restore a backup")]
pub(crate) struct BrokenSeal {
    task: TaskId,
}

/// What is under the seal.
pub(crate) struct Sealed<'a> {
    pub(crate) tenant: TenantId,
    pub(crate) task: &'a str,
    pub(crate) model: &'a str,
    pub(crate) upstream: &'a str,
    pub(crate) tariff: &'a str,
    pub(crate) created_at: UnixMillis,
    pub(crate) has_video: bool,
    pub(crate) body: &'a [u8],
}

impl<'a> Sealed<'a> {
    /// A task of this tenant that gets this body.
    pub(super) fn task(tenant: TenantId, task: &'a Task, body: &'a [u8]) -> Self {
        Self {
            tenant,
            task: task.id.as_str(),
            model: task.model.name(),
            upstream: &task.upstream,
            tariff: &task.tariff,
            created_at: task.created_at,
            has_video: task.has_video,
            body,
        }
    }

    /// A task that is bound to this intent.
    pub(super) fn new_task(intent: &'a Intent, task: &'a NewTask) -> Self {
        Self {
            tenant: intent.tenant,
            task: task.id.as_str(),
            model: intent.model.name(),
            upstream: &intent.upstream,
            tariff: &intent.tariff,
            created_at: intent.opened_at,
            has_video: intent.has_video,
            body: &task.body,
        }
    }

    pub(crate) fn seal(&self) -> u32 {
        let mut hasher = Hasher::new();
        for text in [self.task, self.model, self.upstream, self.tariff] {
            hasher.update(text.as_bytes());
            hasher.update(&[0xff]); // Not in any text: two texts do not run together.
        }
        hasher.update(&self.tenant.0.to_be_bytes());
        hasher.update(&self.created_at.0.to_be_bytes());
        hasher.update(&[u8::from(self.has_video)]);
        hasher.update(self.body);
        hasher.finalize()
    }
}

/// Holds a task against its seal, if it has one.
pub(super) fn check(tenant: TenantId, task: Task, seal: Option<u32>) -> rusqlite::Result<Task> {
    let is_whole = |seal: u32| Sealed::task(tenant, &task, &task.body).seal() == seal;
    if seal.is_none_or(is_whole) {
        return Ok(task);
    }
    let broken = BrokenSeal { task: task.id };
    Err(Error::FromSqlConversionFailure(0, Type::Blob, Box::new(broken)))
}
