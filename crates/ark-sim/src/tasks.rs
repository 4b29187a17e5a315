//! The tasks of the account: what was bought, how it lives, and how the four verbs show it.

mod callback;
mod create;
mod delete;
mod get;
mod life;
mod list;
mod report;
mod table;
mod task;
mod tokens;

use serde_json::Value;

pub(crate) use callback::deliver_callbacks;
pub(crate) use create::create;
pub(crate) use delete::delete;
pub(crate) use get::get;
pub(crate) use list::list;
pub(crate) use report::Media;
pub(crate) use table::TaskTable;
pub(crate) use task::Task;

/// A task as the simulator knows it: the ground truth of what was bought.
#[derive(Clone, Debug, PartialEq)]
pub struct SimTask {
    /// `cgt-…`.
    pub id: String,
    /// The `model` of the request, as it came.
    pub model: String,
    /// The status now.
    pub status: String,
    /// Unix seconds.
    pub created_at: i64,
    /// Whether GET and LIST still know the task.
    pub visible: bool,
    /// The JSON of the create request.
    pub body: Value,
    /// The `usage` that GET reports now; `null` when there is none.
    pub usage: Value,
    /// The whole body of a GET now.
    pub report: Value,
}
