//! Quarantine: successes whose usage made no sense, kept for a human to look at.

use seedance_model::{Model, TaskId};

use crate::backend::{reading, writing};
use crate::{Actor, Error, NewLedgerEntry, Store, Task, TenantName, UnixMillis};

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

/// What a person decided on a task in quarantine.
pub(crate) struct Decision {
    pub(crate) task: TaskId,
    /// `None`: it costs nothing.
    pub(crate) charge: Option<NewLedgerEntry>,
    pub(crate) actor: Actor,
    pub(crate) reason: String,
}

impl Store {
    /// The tasks that are still in quarantine, in the order in which they were bound, at most
    /// `limit`.
    pub async fn list_quarantined(&self, limit: u32) -> Result<Vec<Quarantined>, Error> {
        reading!(self, "list the tasks in quarantine", quarantine::list(limit))
    }

    /// The task of this id, if it is in quarantine, whoever owns it; buried ones too.
    ///
    /// For a person who decides on it: with what it says it can be priced.
    pub async fn find_quarantined(&self, id: &TaskId) -> Result<Option<Task>, Error> {
        let id = id.clone();
        reading!(self, "find a task in quarantine", quarantine::find(&id))
    }

    /// `actor` decides what a task in quarantine costs: its settlement becomes charged, with its
    /// one charge in the ledger, or free. `charge` is `None`: free.
    ///
    /// One transaction, the record in the audit log included, which has the `reason`. `false`: the
    /// task is not in quarantine, and nothing was changed. Tokens above 2^63-1 are an error.
    pub async fn resolve_quarantine(
        &self,
        task: &TaskId,
        charge: Option<NewLedgerEntry>,
        actor: impl Into<Actor>,
        reason: &str,
        now: UnixMillis,
    ) -> Result<bool, Error> {
        let (task, actor, reason) = (task.clone(), actor.into(), reason.to_owned());
        let decision = Decision { task, charge, actor, reason };
        let (sku, resolution) = decision.charge.as_ref().map_or(("", ""), NewLedgerEntry::texts);
        writing!(self, "resolve a quarantine", quarantine::resolve(&decision, now),
            storing [decision.actor.name(), decision.actor.request_text(), &decision.reason, sku, resolution])
    }
}
