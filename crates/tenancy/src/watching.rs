//! The watcher's side: which tasks are due, and what to do when the upstream forgot one.

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

impl Store {
    /// The live tasks of an upstream account that are due, longest due first, at most `limit`.
    ///
    /// Costs as many steps as it answers rows.
    pub async fn due_tasks(
        &self,
        upstream: &str,
        now: UnixMillis,
        limit: u32,
    ) -> Result<Vec<LiveTask>, Error> {
        let upstream = upstream.to_owned();
        reading!(self, "list the tasks that are due", watching::due(&upstream, now, limit))
    }

    /// How many tasks of an upstream account are live. Costs one index step for each of them.
    pub async fn count_live_tasks(&self, upstream: &str) -> Result<u64, Error> {
        let upstream = upstream.to_owned();
        reading!(self, "count the live tasks", watching::count(&upstream))
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
