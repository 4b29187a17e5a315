//! Statements of the watcher: for all tenants of an upstream account, through the live index.

use rusqlite::{Connection, Row, params};
use seedance_model::TaskId;

use super::columns::{maybe_time, model, status, task_id, time, unsigned};
use crate::error::Cause;
use crate::{LiveTask, TenantId, UnixMillis};

/// Platform side.
pub(super) const DUE: &str = "
    SELECT tenant_id, task_id, model, has_video, tariff, status, created_at, refreshed_at,
           missing_since
    FROM tasks INDEXED BY tasks_live
    WHERE live = 1 AND upstream = ?1 AND next_check_at <= ?2
    ORDER BY next_check_at LIMIT ?3";

/// Platform side.
pub(super) const COUNT: &str =
    "SELECT count(*) FROM tasks INDEXED BY tasks_live WHERE live = 1 AND upstream = ?1";

/// Platform side.
pub(super) const MARK_MISSING: &str = "
    UPDATE tasks SET missing_since = coalesce(missing_since, ?2), next_check_at = ?3
    WHERE task_id = ?1 AND live = 1";

/// Platform side.
pub(super) const RECORD_LOST: &str = "
    UPDATE tasks SET live = 0, settlement = 'lost', missing_since = coalesce(missing_since, ?2)
    WHERE task_id = ?1 AND live = 1";

pub(crate) fn due(
    tx: &Connection,
    upstream: &str,
    now: UnixMillis,
    limit: u32,
) -> Result<Vec<LiveTask>, Cause> {
    let mut statement = tx.prepare_cached(DUE)?;
    let tasks = statement.query_map(params![upstream, now.0, limit], live_task)?;
    Ok(tasks.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn count(tx: &Connection, upstream: &str) -> Result<u64, Cause> {
    let mut statement = tx.prepare_cached(COUNT)?;
    Ok(statement.query_row([upstream], |row| unsigned(row, 0))?)
}

pub(crate) fn mark_missing(
    tx: &Connection,
    id: &TaskId,
    now: UnixMillis,
    next_check_at: UnixMillis,
) -> Result<bool, Cause> {
    let mut statement = tx.prepare_cached(MARK_MISSING)?;
    Ok(statement.execute(params![id.as_str(), now.0, next_check_at.0])? == 1)
}

pub(crate) fn record_lost(tx: &Connection, id: &TaskId, now: UnixMillis) -> Result<bool, Cause> {
    let mut statement = tx.prepare_cached(RECORD_LOST)?;
    Ok(statement.execute(params![id.as_str(), now.0])? == 1)
}

fn live_task(row: &Row<'_>) -> rusqlite::Result<LiveTask> {
    Ok(LiveTask {
        tenant: TenantId(row.get(0)?),
        id: task_id(row, 1)?,
        model: model(row, 2)?,
        has_video: row.get(3)?,
        tariff: row.get(4)?,
        status: status(row, 5)?,
        created_at: time(row, 6)?,
        refreshed_at: time(row, 7)?,
        missing_since: maybe_time(row, 8)?,
    })
}
