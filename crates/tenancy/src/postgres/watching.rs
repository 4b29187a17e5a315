//! Statements of the watcher: for all tenants of an upstream account, through the live index.

use seedance_model::TaskId;
use tokio_postgres::Row;

use super::Tx;
use super::columns::{get, maybe_time, model, status, task_id, tenant, time, unsigned};
use crate::error::Cause;
use crate::{LiveTask, UnixMillis};

/// Platform side.
pub(super) const DUE: &str = "
    SELECT tenant_id, task_id, model, has_video, tariff, status, created_at, refreshed_at,
           missing_since
    FROM tasks
    WHERE live AND upstream = $1 AND next_check_at <= $2
    ORDER BY next_check_at LIMIT $3";

/// Platform side.
pub(super) const COUNT: &str = "SELECT count(*) FROM tasks WHERE live AND upstream = $1";

/// Platform side.
pub(super) const MARK_MISSING: &str = "
    UPDATE tasks SET missing_since = coalesce(missing_since, $2), next_check_at = $3
    WHERE task_id = $1 AND live";

/// Platform side.
pub(super) const RECORD_LOST: &str = "
    UPDATE tasks SET live = false, settlement = 'lost',
        missing_since = coalesce(missing_since, $2)
    WHERE task_id = $1 AND live";

pub(crate) async fn due(
    tx: &Tx,
    upstream: &str,
    now: UnixMillis,
    limit: u32,
) -> Result<Vec<LiveTask>, Cause> {
    let tasks = tx.rows(DUE, &[&upstream, &now.0, &i64::from(limit)]).await?;
    tasks.iter().map(live_task).collect()
}

pub(crate) async fn count(tx: &Tx, upstream: &str) -> Result<u64, Cause> {
    unsigned(&tx.one(COUNT, &[&upstream]).await?, 0)
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

fn live_task(row: &Row) -> Result<LiveTask, Cause> {
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
