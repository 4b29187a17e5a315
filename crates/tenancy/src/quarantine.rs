//! Quarantine: successes whose usage made no sense, kept for a human to look at.

use seedance_model::{Model, TaskId};

use crate::store::Backend;
use crate::{Error, Store, TenantName, UnixMillis, sqlite};

/// A task that succeeded and was not charged, because its usage made no sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// The task.
    pub task: TaskId,
    /// The name of the tenant that owns it.
    pub tenant: TenantName,
    /// The model.
    pub model: Model,
    /// The version of the tariff that it would have been settled with.
    pub tariff: String,
    /// What is wrong with the usage.
    pub reason: String,
    /// The usage as the upstream wrote it.
    pub usage: String,
    /// When the success was observed.
    pub quarantined_at: UnixMillis,
}

impl Store {
    /// The tasks in quarantine, in the order in which they were bound, at most `limit`.
    pub async fn list_quarantined(&self, limit: u32) -> Result<Vec<Quarantined>, Error> {
        let Backend::Sqlite(db) = self.backend();
        let list = move |tx: &_| sqlite::quarantine::list(tx, limit);
        db.read("list the tasks in quarantine", list).await
    }
}
