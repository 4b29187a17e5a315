//! Statements of the watcher: for all tenants of an upstream account, through the live index.

use rusqlite::{Connection, OptionalExtension, Row, params};
use seedance_model::TaskId;

use super::columns::{maybe_time, model, status, task_id, time, unsigned};
use crate::error::Cause;
use crate::{LiveTask, TenantId, UnixMillis, WatchLoad};

/// Platform side.
pub(super) const LIVE: &str = "
    SELECT tenant_id, task_id, model, has_video, tariff, status, created_at, refreshed_at,
           missing_since
    FROM tasks WHERE task_id = ?2 AND live = 1 AND upstream = ?1";

/// Platform side. The index ends with seq, which is in the order of creation, as near as matters.
pub(super) const LOAD: &str = "
    SELECT live_tasks, first_due_at, created_at
    FROM (
        SELECT count(*) AS live_tasks, min(next_check_at) AS first_due_at, min(seq) AS oldest
        FROM tasks INDEXED BY tasks_live WHERE live = 1 AND upstream = ?1
    ) LEFT JOIN tasks ON seq = oldest";

/// Platform side.
pub(super) const MARK_MISSING: &str = "
    UPDATE tasks SET missing_since = coalesce(missing_since, ?2), next_check_at = ?3,
        claimed_until = NULL
    WHERE task_id = ?1 AND live = 1";

/// Platform side.
pub(super) const RECORD_LOST: &str = "
    UPDATE tasks SET live = 0, settlement = 'lost', missing_since = coalesce(missing_since, ?2),
        claimed_until = NULL
    WHERE task_id = ?1 AND live = 1";

pub(crate) fn live(
    tx: &Connection,
    upstream: &str,
    ids: &[TaskId],
) -> Result<Vec<LiveTask>, Cause> {
    let mut statement = tx.prepare_cached(LIVE)?;
    let mut found = Vec::new();
    for id in ids {
        found.extend(statement.query_row(params![upstream, id.as_str()], live_task).optional()?);
    }
    Ok(found)
}

pub(crate) fn load(tx: &Connection, upstream: &str) -> Result<WatchLoad, Cause> {
    let mut statement = tx.prepare_cached(LOAD)?;
    let load = statement.query_row([upstream], |row| {
        Ok(WatchLoad {
            live_tasks: unsigned(row, 0)?,
            first_due_at: maybe_time(row, 1)?,
            oldest_created_at: maybe_time(row, 2)?,
        })
    });
    Ok(load?)
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

/// The columns of a live task, in the order of [`LIVE`].
pub(super) fn live_task(row: &Row<'_>) -> rusqlite::Result<LiveTask> {
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
