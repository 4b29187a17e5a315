//! The statement that adds a correction to the ledger.

use super::columns::get;
use super::{Tx, Value, audit_log, ledger};
use crate::error::Cause;
use crate::{Actor, LedgerEntry, NewCorrection, UnixMillis};

/// Platform side: of two corrections of a task, one comes after the other.
pub(super) const LOCK: &str = "SELECT seq FROM tasks WHERE task_id = $1 FOR NO KEY UPDATE";

/// Platform side: the month's spending, in the order in which a settlement locks.
pub(super) const LOCK_SPENDING: &str = "
    SELECT 1 FROM tasks t JOIN spending s ON s.tenant_id = t.tenant_id
        AND month = month_of(created_at)
    WHERE task_id = $1 FOR NO KEY UPDATE OF s";

/// Platform side: the owner, the terms and the prices come out of the charge.
pub(super) const CORRECT: &str = "
    INSERT INTO ledger (
        task_id, correction, tenant_id, upstream, model, has_video, tariff, task_created_at,
        sku, resolution, tokens, price_cny_micros_per_million, cny_per_usd_micros,
        rate_usd_micros_per_million, charge_cny_micros, charge_usd_micros, settled_at
    )
    SELECT task_id, $6::int8, tenant_id, upstream, model, has_video, tariff, task_created_at, sku, resolution,
           $2::int8, price_cny_micros_per_million, cny_per_usd_micros,
           rate_usd_micros_per_million, $3::int8, $4::int8, $5::int8
    FROM ledger WHERE task_id = $1 AND correction = 0
      AND $6::int8 = (SELECT max(correction) + 1 FROM ledger WHERE task_id = $1)
    RETURNING entry_id";

pub(crate) async fn add(
    tx: &Tx,
    correction: &NewCorrection,
    actor: &Actor,
    now: UnixMillis,
) -> Result<Option<LedgerEntry>, Cause> {
    let task = correction.task.as_str();
    tx.row(LOCK, &[&task]).await?;
    tx.row(LOCK_SPENDING, &[&task]).await?;
    let number = i64::from(correction.number);
    let row: [Value<'_>; 6] = [
        &task,
        &correction.tokens,
        &correction.charge_cny_micros,
        &correction.charge_usd_micros,
        &now.0,
        &number,
    ];
    let Some(added) = tx.row(CORRECT, &row).await? else {
        let is_charged = !ledger::of_task(tx, &correction.task).await?.is_empty();
        return if is_charged { Err(correction.overtaken()) } else { Ok(None) };
    };
    audit_log::record(tx, actor, "correct-charge", task, &correction.reason, now).await?;
    ledger::entry_of_number(tx, get(&added, 0)?).await.map(Some)
}
