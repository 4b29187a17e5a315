//! Pages of a tenant's tasks, with exact totals.

use seedance_model::TaskQuery;

use crate::aging::LISTED_FOR;
use crate::store::Backend;
use crate::{Error, Task, TenantScope, UnixMillis, sqlite};

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
        let Backend::Sqlite(db) = self.store.backend();
        let (tenant, query) = (self.tenant, query.clone());
        let cutoff = now.minus(LISTED_FOR);
        let page = move |tx: &_| sqlite::listing::page(tx, tenant, &query, cutoff);
        db.read("list tasks", page).await
    }
}
