//! Statements of the watcher: for all tenants of an upstream account, through the live index.

use seedance_model::TaskId;
use tokio_postgres::Row;

use super::Tx;
use super::columns::{get, maybe_time, model, status, task_id, tenant, time, unsigned};
use crate::error::Cause;
use crate::{LiveTask, UnixMillis, WatchLoad};

/// Platform side.
pub(super) const LIVE: &str = "
    SELECT tenant_id, task_id, model, has_video, tariff, status, created_at, refreshed_at,
           missing_since
    FROM tasks WHERE task_id = ANY($2) AND live AND upstream = $1";

/// Platform side. Numbers are in the order of creation, as near as matters.
pub(super) const LOAD: &str = "
    SELECT live_tasks, first_due_at, created_at
    FROM (
        SELECT count(*) AS live_tasks, min(next_check_at) AS first_due_at, min(seq) AS oldest
        FROM tasks WHERE live AND upstream = $1
    ) AS load LEFT JOIN tasks ON seq = oldest";

/// Platform side.
pub(super) const MARK_MISSING: &str = "
    UPDATE tasks SET missing_since = coalesce(missing_since, $2), next_check_at = $3,
        claimed_until = NULL
    WHERE task_id = $1 AND live";

/// Platform side.
pub(super) const RECORD_LOST: &str = "
    UPDATE tasks SET live = false, settlement = 'lost',
        missing_since = coalesce(missing_since, $2), claimed_until = NULL
    WHERE task_id = $1 AND live";

pub(crate) async fn live(tx: &Tx, upstream: &str, ids: &[TaskId]) -> Result<Vec<LiveTask>, Cause> {
    let ids: Vec<&str> = ids.iter().map(TaskId::as_str).collect();
    tx.rows(LIVE, &[&upstream, &ids]).await?.iter().map(live_task).collect()
}

pub(crate) async fn load(tx: &Tx, upstream: &str) -> Result<WatchLoad, Cause> {
    let row = tx.one(LOAD, &[&upstream]).await?;
    Ok(WatchLoad {
        live_tasks: unsigned(&row, 0)?,
        first_due_at: maybe_time(&row, 1)?,
        oldest_created_at: maybe_time(&row, 2)?,
    })
}

pub(crate) async fn mark_missing(
    tx: &Tx,
    id: &TaskId,
    now: UnixMillis,
    next_check_at: UnixMillis,
) -> Result<bool, Cause> {
    Ok(tx.execute(MARK_MISSING, &[&id.as_str(), &now.0, &next_check_at.0]).await? == 1)
}

pub(crate) async fn record_lost(tx: &Tx, id: &TaskId, now: UnixMillis) -> Result<bool, Cause> {
    Ok(tx.execute(RECORD_LOST, &[&id.as_str(), &now.0]).await? == 1)
}

/// The columns of a live task, in the order of [`LIVE`].
pub(super) fn live_task(row: &Row) -> Result<LiveTask, Cause> {
    Ok(LiveTask {
        tenant: tenant(row, 0)?,
        id: task_id(row, 1)?,
        model: model(row, 2)?,
        has_video: get(row, 3)?,
        tariff: get(row, 4)?,
        status: status(row, 5)?,
        created_at: time(row, 6)?,
        refreshed_at: time(row, 7)?,
        missing_since: maybe_time(row, 8)?,
    })
}
