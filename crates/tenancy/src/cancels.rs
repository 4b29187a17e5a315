//! Cancels: a DELETE of a queued task, written down before it is sent.
//!
//! Upstream, DELETE cancels a queued task and erases an ended one. A task that ends in between is
//! erased together with what it cost, and only this note tells it from one that was forgotten.

use seedance_model::TaskId;

use crate::backend::writing;
use crate::{Error, Store, TenantScope, UnixMillis};

/// What became of a live task that the upstream has no record of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Vanished {
    /// Its cancel had been sent, so it may have succeeded: it is in quarantine, and hidden from
    /// its tenant, who deleted it.
    Quarantined,
    /// Nobody knows why: it is lost, and nothing is charged.
    Lost,
    /// It is not live; nothing was changed.
    NotLive,
}

/// Why a task that vanished like this is in quarantine.
pub(crate) const REASON: &str =
    "its record vanished while it was cancelled, so it had ended; nobody knows how";

impl TenantScope {
    /// Notes that the DELETE of a live task is about to be sent: after this it survives a crash
    /// that the task may be erased. `false`: not theirs, not there, or not live.
    pub async fn note_cancel(&self, id: &TaskId, now: UnixMillis) -> Result<bool, Error> {
        let (tenant, id) = (self.tenant, id.clone());
        writing!(self, "note a cancel", cancels::note(tenant, &id, now))
    }

    /// Hides a task whose cancel was noted, like [`TenantScope::bury_task`]: the upstream has no
    /// record of it any more. `false`: no cancel was noted, or there is no such task to hide.
    pub async fn bury_cancelled_task(&self, id: &TaskId, now: UnixMillis) -> Result<bool, Error> {
        let (tenant, id) = (self.tenant, id.clone());
        writing!(self, "bury a cancelled task", cancels::bury(tenant, &id, now))
    }
}

impl Store {
    /// Gives a live task up that the upstream has no record of: one transaction.
    ///
    /// If its cancel was noted it may have cost something, so it counts as a success in quarantine
    /// until a person decides ([`Store::resolve_quarantine`]). Else it is lost, as after
    /// [`Store::record_lost`].
    pub async fn record_vanished(&self, id: &TaskId, now: UnixMillis) -> Result<Vanished, Error> {
        let id = id.clone();
        writing!(self, "record that a task vanished", cancels::record_vanished(&id, now))
    }
}
