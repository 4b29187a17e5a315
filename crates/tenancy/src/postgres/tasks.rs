//! Statements about one task of a tenant.

use seedance_model::TaskId;
use tokio_postgres::Row;

use super::Tx;
use super::columns::{get, model, parsed, status, task_id, time};
use crate::error::Cause;
use crate::{SettlementState, Task, TenantId, UnixMillis};

pub(super) const FIND: &str = "
    SELECT task_id, model, status, has_video, upstream, tariff, created_at, refreshed_at,
           settlement, body
    FROM tasks
    WHERE tenant_id = $1 AND task_id = $2 AND buried_at IS NULL";

pub(super) const BURY: &str = "
    UPDATE tasks SET buried_at = $3, listed = false
    WHERE tenant_id = $1 AND task_id = $2 AND buried_at IS NULL";

pub(crate) async fn find(tx: &Tx, tenant: TenantId, id: &TaskId) -> Result<Option<Task>, Cause> {
    tx.row(FIND, &[&tenant.0, &id.as_str()]).await?.as_ref().map(task).transpose()
}

pub(crate) async fn bury(
    tx: &Tx,
    tenant: TenantId,
    id: &TaskId,
    now: UnixMillis,
) -> Result<bool, Cause> {
    Ok(tx.execute(BURY, &[&tenant.0, &id.as_str(), &now.0]).await? == 1)
}

/// The columns of a task, in the order of [`FIND`].
pub(super) fn task(row: &Row) -> Result<Task, Cause> {
    Ok(Task {
        id: task_id(row, 0)?,
        model: model(row, 1)?,
        status: status(row, 2)?,
        has_video: get(row, 3)?,
        upstream: get(row, 4)?,
        tariff: get(row, 5)?,
        created_at: time(row, 6)?,
        refreshed_at: time(row, 7)?,
        settlement: parsed(row, 8, "settlement", SettlementState::parse)?,
        body: get(row, 9)?,
    })
}
