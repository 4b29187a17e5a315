//! A tenant's tasks, one by one: found by id, and buried when the tenant deletes them.

use seedance_model::{Model, TaskId, TaskStatus};

use crate::backend::{Backend, reading, writing};
use crate::{Error, LedgerEntry, TenantScope, UnixMillis};

/// A task as its tenant sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The upstream's id, which is the tenant's id too.
    pub id: TaskId,
    /// The model that was asked for.
    pub model: Model,
    /// The last status that was seen; a terminal one is final.
    pub status: TaskStatus,
    /// The reply that a GET gives: JSON, kept as it was recorded.
    pub body: Vec<u8>,
    /// Did the request carry a reference video?
    pub has_video: bool,
    /// The name of the upstream account that runs it.
    pub upstream: String,
    /// The version of the tariff that it is settled with.
    pub tariff: String,
    /// When its intent was opened.
    pub created_at: UnixMillis,
    /// When the upstream was last heard about it; the time of binding before that.
    pub refreshed_at: UnixMillis,
    /// What became of its price.
    pub settlement: SettlementState,
}

/// What became of the price of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SettlementState {
    /// The task is not finished.
    Open,
    /// It succeeded, and the ledger has its one charge.
    Charged,
    /// Nothing is charged: it ended without a video, or was let out of quarantine for nothing.
    Free,
    /// It succeeded with a usage that makes no sense: nothing is charged until a human looks.
    Quarantined,
    /// The upstream forgot it before it ended: nothing is charged, nobody watches it.
    Lost,
}

impl SettlementState {
    /// All states.
    pub const ALL: [Self; 5] =
        [Self::Open, Self::Charged, Self::Free, Self::Quarantined, Self::Lost];

    /// The name that tables and exports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Charged => "charged",
            Self::Free => "free",
            Self::Quarantined => "quarantined",
            Self::Lost => "lost",
        }
    }

    /// The state of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl TenantScope {
    /// The tenant's task of this id. `None`: not theirs, not there, or buried.
    pub async fn find_task(&self, id: &TaskId) -> Result<Option<Task>, Error> {
        let (tenant, id) = (self.tenant, id.clone());
        reading!(self, "find a task", tasks::find(tenant, &id))
    }

    /// The same for a tenant who polls: from memory, if nothing has changed.
    ///
    /// A decision of an operator about the price of a finished task may be missing.
    pub async fn look_at_task(&self, id: &TaskId) -> Result<Option<Task>, Error> {
        match self.backend() {
            Backend::Sqlite(db) => db.remembered_task(self.tenant, id.clone()).await,
            #[cfg(feature = "postgres")]
            Backend::Postgres(_) => self.find_task(id).await,
        }
    }

    /// Hides a task from its tenant for good. Its rows stay, and it is still watched and settled.
    ///
    /// `false`: there is no such task to hide, as in [`TenantScope::find_task`].
    pub async fn bury_task(&self, id: &TaskId, now: UnixMillis) -> Result<bool, Error> {
        let (tenant, id) = (self.tenant, id.clone());
        writing!(self, "bury a task", tasks::bury(tenant, &id, now))
    }

    /// The charge of the tenant's task, if there is one, without its corrections. Buried tasks keep
    /// theirs.
    pub async fn ledger_entry(&self, id: &TaskId) -> Result<Option<LedgerEntry>, Error> {
        let (tenant, id) = (self.tenant, id.clone());
        reading!(self, "find the charge of a task", ledger::charge_of(tenant, &id))
    }
}
