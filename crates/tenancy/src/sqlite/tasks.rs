//! Statements about one task of a tenant.

use rusqlite::{Connection, OptionalExtension, Row, params};
use seedance_model::TaskId;

use super::columns::{model, parsed, status, task_id, time};
use super::seal;
use crate::error::Cause;
use crate::{SettlementState, Task, TenantId, UnixMillis};

pub(super) const FIND: &str = "
    SELECT task_id, model, status, has_video, upstream, tariff, created_at, refreshed_at,
           settlement, body, tenant_id, seal, seq
    FROM tasks INDEXED BY tasks_of_tenant
    WHERE tenant_id = ?1 AND task_id = ?2 AND buried_at IS NULL";

pub(super) const BURY: &str = "
    UPDATE tasks INDEXED BY tasks_of_tenant SET buried_at = ?3, listed = 0
    WHERE tenant_id = ?1 AND task_id = ?2 AND buried_at IS NULL";

pub(crate) fn find(tx: &Connection, tenant: TenantId, id: &TaskId) -> Result<Option<Task>, Cause> {
    Ok(find_row(tx, tenant, id)?.map(|(_, task)| task))
}

/// The task with the number of its row.
pub(super) fn find_row(
    tx: &Connection,
    tenant: TenantId,
    id: &TaskId,
) -> Result<Option<(i64, Task)>, Cause> {
    let mut statement = tx.prepare_cached(FIND)?;
    let numbered = |row: &Row<'_>| Ok((row.get(12)?, task(row)?));
    let found = statement.query_row(params![tenant.0, id.as_str()], numbered);
    Ok(found.optional()?)
}

pub(crate) fn bury(
    tx: &Connection,
    tenant: TenantId,
    id: &TaskId,
    now: UnixMillis,
) -> Result<bool, Cause> {
    let mut statement = tx.prepare_cached(BURY)?;
    Ok(statement.execute(params![tenant.0, id.as_str(), now.0])? == 1)
}

/// The columns of a task, in the order of [`FIND`], held against its seal.
pub(super) fn task(row: &Row<'_>) -> rusqlite::Result<Task> {
    let task = Task {
        id: task_id(row, 0)?,
        model: model(row, 1)?,
        status: status(row, 2)?,
        has_video: row.get(3)?,
        upstream: row.get(4)?,
        tariff: row.get(5)?,
        created_at: time(row, 6)?,
        refreshed_at: time(row, 7)?,
        settlement: parsed(row, 8, "settlement", SettlementState::parse)?,
        body: row.get(9)?,
    };
    seal::check(TenantId(row.get(10)?), task, row.get(11)?)
}
