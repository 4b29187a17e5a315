//! The watcher's side: which tasks to look at next, and what to do when the upstream forgot one.

use seedance_model::{Model, TaskId, TaskStatus};

use crate::backend::{reading, writing};
use crate::{Error, Store, TenantId, UnixMillis};

/// A task that is not finished, as the watcher sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveTask {
    /// Whose it is.
    pub tenant: TenantId,
    /// The upstream's id.
    pub id: TaskId,
    /// The model that was asked for.
    pub model: Model,
    /// Did the request carry a reference video?
    pub has_video: bool,
    /// The version of the tariff to settle it with.
    pub tariff: String,
    /// The last status that was seen: queued or running.
    pub status: TaskStatus,
    /// When its intent was opened.
    pub created_at: UnixMillis,
    /// When the upstream was last heard about it.
    pub refreshed_at: UnixMillis,
    /// Since when the upstream says that it does not exist.
    pub missing_since: Option<UnixMillis>,
}

/// What a watcher wants to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The upstream account.
    pub upstream: String,
    /// Tasks that their tenants wait for. They are taken first, due or not.
    pub asked: Vec<TaskId>,
    /// Whose turn was last: the tenant of the last task of the claim before.
    pub after: Option<TenantId>,
    /// Most tasks to take.
    pub limit: u32,
    /// When the claim ends by itself, should nobody be heard of again.
    pub until: UnixMillis,
}

/// How much there is to watch in one upstream account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WatchLoad {
    /// Live tasks.
    pub live_tasks: u64,
    /// When the oldest of them was created.
    pub oldest_created_at: Option<UnixMillis>,
    /// When the one that is due the longest became due, or when the next one will.
    pub first_due_at: Option<UnixMillis>,
}

impl Store {
    /// Takes live tasks to look at: those that were asked for, then due ones, a task of each
    /// tenant in turn, each tenant's longest due first.
    ///
    /// What is taken is nobody else's until the claim ends: with the next observation, with
    /// [`Store::mark_missing`], with [`Store::release_tasks`], or by itself. A claim is a division
    /// of work, not a lock: whoever is late may still record what it saw, and nothing happens
    /// twice. Costs as many steps as it answers rows, and a few for each tenant in between.
    pub async fn claim_tasks(&self, claim: Claim, now: UnixMillis) -> Result<Vec<LiveTask>, Error> {
        writing!(self, "claim tasks to look at", claiming::claim(&claim, now))
    }

    /// Gives claimed tasks back without having looked at them; they are due again at `due_at`.
    /// Those that are not live any more stay as they are.
    pub async fn release_tasks(&self, ids: &[TaskId], due_at: UnixMillis) -> Result<(), Error> {
        let ids = ids.to_vec();
        writing!(self, "release claimed tasks", claiming::release(&ids, due_at))
    }

    /// The live ones of these tasks of an upstream account, in no order. Each id costs one index
    /// step.
    pub async fn live_tasks(&self, upstream: &str, ids: &[TaskId]) -> Result<Vec<LiveTask>, Error> {
        let (upstream, ids) = (upstream.to_owned(), ids.to_vec());
        reading!(self, "find live tasks", watching::live(&upstream, &ids))
    }

    /// How much there is to watch in an upstream account. Costs one index step for each live task.
    pub async fn watch_load(&self, upstream: &str) -> Result<WatchLoad, Error> {
        let upstream = upstream.to_owned();
        reading!(self, "count the live tasks", watching::load(&upstream))
    }

    /// The upstream says that a live task does not exist: remembers since when, and when to ask
    /// again. `false`: the task is not live, and nothing was changed.
    ///
    /// The next observation of the task ends its being missing.
    pub async fn mark_missing(
        &self,
        id: &TaskId,
        now: UnixMillis,
        next_check_at: UnixMillis,
    ) -> Result<bool, Error> {
        let id = id.clone();
        writing!(self, "mark a task missing", watching::mark_missing(&id, now, next_check_at))
    }

    /// Gives a live task up: its status stays as it is, nobody watches it, nothing is charged.
    /// `false`: the task is not live, and nothing was changed.
    ///
    /// Should the upstream report it after all, [`Store::record_observation`] takes it up again.
    pub async fn record_lost(&self, id: &TaskId, now: UnixMillis) -> Result<bool, Error> {
        let id = id.clone();
        writing!(self, "record that a task is lost", watching::record_lost(&id, now))
    }
}
