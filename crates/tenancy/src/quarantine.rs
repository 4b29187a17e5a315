//! Quarantine: successes whose usage made no sense, kept for a human to look at.

use seedance_model::{Model, TaskId};

use crate::backend::{reading, writing};
use crate::{Error, NewLedgerEntry, Store, TenantName, UnixMillis};

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
    /// The tasks that are still in quarantine, in the order in which they were bound, at most
    /// `limit`.
    pub async fn list_quarantined(&self, limit: u32) -> Result<Vec<Quarantined>, Error> {
        reading!(self, "list the tasks in quarantine", quarantine::list(limit))
    }

    /// `actor` decides what a task in quarantine costs: its settlement becomes charged, with its
    /// one charge in the ledger, or free. `charge` is `None`: free.
    ///
    /// One transaction, the record in the audit log included. `false`: the task is not in
    /// quarantine, and nothing was changed. Tokens above 2^63-1 are an error.
    pub async fn resolve_quarantine(
        &self,
        task: &TaskId,
        charge: Option<NewLedgerEntry>,
        actor: &str,
        now: UnixMillis,
    ) -> Result<bool, Error> {
        let (task, actor) = (task.clone(), actor.to_owned());
        let (sku, resolution) = charge.as_ref().map_or(("", ""), NewLedgerEntry::texts);
        writing!(
            self,
            "resolve a quarantine",
            quarantine::resolve(&task, charge.as_ref(), &actor, now),
            storing [&actor, sku, resolution]
        )
    }
}
