//! What is known of a task while it is followed, from whichever row it was read.

use seedance_model::{Model, TaskId, TaskStatus};
use tenancy::{LiveTask, Task, UnixMillis};

/// The facts that looking at a task and settling it need.
#[derive(Clone, Debug)]
pub(crate) struct Followed {
    pub(crate) id: TaskId,
    pub(crate) model: Model,
    /// The last status that was seen.
    pub(crate) status: TaskStatus,
    pub(crate) has_video: bool,
    /// The version of the tariff that was in force when the task was created.
    pub(crate) tariff: String,
    pub(crate) created_at: UnixMillis,
    /// Since when the upstream says that there is no such task.
    pub(crate) missing_since: Option<UnixMillis>,
}

impl From<&Task> for Followed {
    fn from(task: &Task) -> Self {
        Self {
            id: task.id.clone(),
            model: task.model,
            status: task.status,
            has_video: task.has_video,
            tariff: task.tariff.clone(),
            created_at: task.created_at,
            // Only the watcher, which reads live rows, gives a task up.
            missing_since: None,
        }
    }
}

impl From<&LiveTask> for Followed {
    fn from(task: &LiveTask) -> Self {
        Self {
            id: task.id.clone(),
            model: task.model,
            status: task.status,
            has_video: task.has_video,
            tariff: task.tariff.clone(),
            created_at: task.created_at,
            missing_since: task.missing_since,
        }
    }
}
