//! The statements that take old tasks out of the listed set, and old receipts away.

use super::Tx;
use super::columns::get;
use crate::UnixMillis;
use crate::error::Cause;

/// Platform side: age does not ask whose the tasks are. A task that is just being changed can wait.
pub(super) const OVERDUE: &str = "
    SELECT seq FROM tasks WHERE listed AND created_at < $1
    ORDER BY created_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED";

/// Platform side. The counters of the tasks, locked in the order in which a task moves on: whoever
/// moves one is never waited for by whom it waits for.
pub(super) const LOCK_COUNTS: &str = "
    SELECT 1 FROM listed_counts
    WHERE (tenant_id, model, status) IN (
        SELECT tenant_id, model, status FROM tasks WHERE seq = ANY($1)
    )
    ORDER BY tenant_id, model, array_position(ARRAY['queued', 'running'], status), status
    FOR NO KEY UPDATE";

/// Platform side.
pub(super) const UNLIST: &str = "UPDATE tasks SET listed = false WHERE seq = ANY($1)";

/// Nobody asks for a receipt that long.
pub(super) const FORGET_RECEIPTS: &str = "
    DELETE FROM receipts WHERE written_at < now() - interval '1 hour'";

pub(crate) async fn age_out(tx: &Tx, cutoff: UnixMillis, limit: u32) -> Result<usize, Cause> {
    tx.execute(FORGET_RECEIPTS, &[]).await?;
    let overdue = tx.rows(OVERDUE, &[&cutoff.0, &i64::from(limit)]).await?;
    let overdue: Vec<i64> = overdue.iter().map(|row| get(row, 0)).collect::<Result<_, _>>()?;
    if overdue.is_empty() {
        return Ok(0);
    }
    tx.rows(LOCK_COUNTS, &[&overdue]).await?;
    let aged = tx.execute(UNLIST, &[&overdue]).await?;
    Ok(usize::try_from(aged).unwrap_or(usize::MAX))
}
