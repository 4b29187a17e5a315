//! Statements about cancels: noted before they are sent, and what they mean for a task that
//! vanished.

use seedance_model::TaskId;

use super::columns::get;
use super::settling::settle;
use super::{Tx, watching};
use crate::cancels::REASON;
use crate::error::Cause;
use crate::settlement::Verdict;
use crate::{TenantId, UnixMillis, Vanished};

pub(super) const NOTE: &str = "
    INSERT INTO cancels (task_seq, tenant_id, sent_at)
    SELECT seq, tenant_id, $3::int8 FROM tasks
    WHERE tenant_id = $1 AND task_id = $2 AND live AND buried_at IS NULL
    ON CONFLICT (task_seq) DO UPDATE SET sent_at = excluded.sent_at";

pub(super) const BURY: &str = "
    UPDATE tasks SET buried_at = $3, listed = false
    WHERE tenant_id = $1 AND task_id = $2 AND buried_at IS NULL
      AND EXISTS (SELECT 1 FROM cancels WHERE task_seq = seq)";

/// Platform side: the watcher works for all tenants. It counts as a success, because nothing else
/// can cost anything. No row: no cancel was noted, or the task is not live.
pub(super) const END: &str = "
    UPDATE tasks SET status = 'succeeded', live = false, settlement = 'quarantined',
        missing_since = coalesce(missing_since, $2), buried_at = coalesce(buried_at, $2),
        listed = false, claimed_until = NULL
    WHERE task_id = $1 AND live AND EXISTS (SELECT 1 FROM cancels WHERE task_seq = seq)
    RETURNING seq";

pub(crate) async fn note(
    tx: &Tx,
    tenant: TenantId,
    id: &TaskId,
    now: UnixMillis,
) -> Result<bool, Cause> {
    Ok(tx.execute(NOTE, &[&tenant.0, &id.as_str(), &now.0]).await? == 1)
}

pub(crate) async fn bury(
    tx: &Tx,
    tenant: TenantId,
    id: &TaskId,
    now: UnixMillis,
) -> Result<bool, Cause> {
    Ok(tx.execute(BURY, &[&tenant.0, &id.as_str(), &now.0]).await? == 1)
}

pub(crate) async fn record_vanished(
    tx: &Tx,
    id: &TaskId,
    now: UnixMillis,
) -> Result<Vanished, Cause> {
    if let Some(row) = tx.row(END, &[&id.as_str(), &now.0]).await? {
        let verdict = Verdict::Quarantine { reason: REASON, usage: "" };
        settle(tx, get(&row, 0)?, &verdict, now).await?;
        return Ok(Vanished::Quarantined);
    }
    let is_lost = watching::record_lost(tx, id, now).await?;
    Ok(if is_lost { Vanished::Lost } else { Vanished::NotLive })
}
