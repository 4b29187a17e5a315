//! Pages of a tenant's tasks, with exact totals.

use seedance_model::{Model, TaskQuery, TaskStatus};

use crate::aging::LISTED_FOR;
use crate::backend::reading;
use crate::text::is_storable;
use crate::{Error, Task, TenantScope, UnixMillis};

/// One page of a tenant's tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskPage {
    /// The tasks of the page, newest first.
    pub items: Vec<Task>,
    /// How many tasks match, over all pages.
    pub total: u64,
}

impl TenantScope {
    /// One page of the tasks that match, of the last 7 days, newest first, without buried ones.
    ///
    /// Tasks of the same millisecond come in the order in which they were bound, last first.
    /// All filters that are given must match; a task id that is given twice counts once.
    /// Page and total are of one moment. The cost grows with the depth of the page and with the
    /// number of ids that are asked for, never with the number of tasks that are stored.
    pub async fn page_tasks(&self, query: &TaskQuery, now: UnixMillis) -> Result<TaskPage, Error> {
        let (tenant, mut query) = (self.tenant, query.clone());
        // An empty filter would mean all tasks, so an id that cannot be is replaced by no id.
        query.task_ids.iter_mut().filter(|id| !is_storable(id)).for_each(String::clear);
        let cutoff = now.minus(LISTED_FOR);
        reading!(self, "list tasks", listing::page(tenant, &query, cutoff))
    }
}

/// The ranges of the index that a filter by model or status selects; none without such a filter.
pub(crate) fn kinds(query: &TaskQuery) -> Vec<(Model, TaskStatus)> {
    if query.model.is_none() && query.status.is_none() {
        return Vec::new();
    }
    let models = Model::ALL.into_iter().filter(|model| query.model.is_none_or(|m| m == *model));
    models
        .flat_map(|model| TaskStatus::ALL.map(|status| (model, status)))
        .filter(|(_, status)| query.status.is_none_or(|s| s == *status))
        .collect()
}

/// How many rows the pages before this one hold. Pages are numbered from 1.
pub(crate) fn rows_before(query: &TaskQuery) -> i64 {
    i64::from(query.page_num.saturating_sub(1)).saturating_mul(i64::from(query.page_size))
}
