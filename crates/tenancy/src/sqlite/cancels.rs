//! Statements about cancels: noted before they are sent, and what they mean for a task that
//! vanished.

use rusqlite::{Connection, OptionalExtension, params};
use seedance_model::TaskId;

use super::settling::settle;
use super::watching;
use crate::cancels::REASON;
use crate::error::Cause;
use crate::settlement::Verdict;
use crate::{TenantId, UnixMillis, Vanished};

pub(super) const NOTE: &str = "
    INSERT INTO cancels (task_seq, tenant_id, sent_at)
    SELECT seq, tenant_id, ?3 FROM tasks INDEXED BY tasks_of_tenant
    WHERE tenant_id = ?1 AND task_id = ?2 AND live = 1 AND buried_at IS NULL
    ON CONFLICT (task_seq) DO UPDATE SET sent_at = excluded.sent_at";

pub(super) const BURY: &str = "
    UPDATE tasks INDEXED BY tasks_of_tenant SET buried_at = ?3, listed = 0
    WHERE tenant_id = ?1 AND task_id = ?2 AND buried_at IS NULL
      AND EXISTS (SELECT 1 FROM cancels WHERE task_seq = seq)";

/// Platform side: the watcher works for all tenants. It counts as a success, because nothing else
/// can cost anything. No row: no cancel was noted, or the task is not live.
pub(super) const END: &str = "
    UPDATE tasks SET status = 'succeeded', live = 0, settlement = 'quarantined',
        missing_since = coalesce(missing_since, ?2), buried_at = coalesce(buried_at, ?2), listed = 0,
        claimed_until = NULL
    WHERE task_id = ?1 AND live = 1 AND EXISTS (SELECT 1 FROM cancels WHERE task_seq = seq)
    RETURNING seq";

pub(crate) fn note(
    tx: &Connection,
    tenant: TenantId,
    id: &TaskId,
    now: UnixMillis,
) -> Result<bool, Cause> {
    let mut statement = tx.prepare_cached(NOTE)?;
    Ok(statement.execute(params![tenant.0, id.as_str(), now.0])? == 1)
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

pub(crate) fn record_vanished(
    tx: &Connection,
    id: &TaskId,
    now: UnixMillis,
) -> Result<Vanished, Cause> {
    if let Some(seq) = end(tx, id, now)? {
        settle(tx, seq, &Verdict::Quarantine { reason: REASON, usage: "" }, now)?;
        return Ok(Vanished::Quarantined);
    }
    let is_lost = watching::record_lost(tx, id, now)?;
    Ok(if is_lost { Vanished::Lost } else { Vanished::NotLive })
}

/// The `seq` of the task, if its cancel was noted.
fn end(tx: &Connection, id: &TaskId, now: UnixMillis) -> Result<Option<i64>, Cause> {
    let mut statement = tx.prepare_cached(END)?;
    Ok(statement.query_row(params![id.as_str(), now.0], |row| row.get(0)).optional()?)
}
