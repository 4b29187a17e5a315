//! The statement that adds a correction to the ledger.

use rusqlite::{Connection, OptionalExtension, params};

use super::{audit_log, ledger};
use crate::error::Cause;
use crate::{Actor, LedgerEntry, NewCorrection, UnixMillis};

/// Platform side: the owner, the terms and the prices come out of the charge.
pub(super) const CORRECT: &str = "
    INSERT INTO ledger (
        task_id, correction, tenant_id, upstream, model, has_video, tariff, task_created_at,
        sku, resolution, tokens, price_cny_micros_per_million, cny_per_usd_micros,
        rate_usd_micros_per_million, charge_cny_micros, charge_usd_micros, settled_at
    )
    SELECT task_id, ?6, tenant_id, upstream, model, has_video, tariff, task_created_at,
           sku, resolution, ?2, price_cny_micros_per_million, cny_per_usd_micros,
           rate_usd_micros_per_million, ?3, ?4, ?5
    FROM ledger WHERE task_id = ?1 AND correction = 0
      AND ?6 = (SELECT max(correction) + 1 FROM ledger WHERE task_id = ?1)
    RETURNING entry_id";

pub(crate) fn add(
    tx: &Connection,
    correction: &NewCorrection,
    actor: &Actor,
    now: UnixMillis,
) -> Result<Option<LedgerEntry>, Cause> {
    let task = correction.task.as_str();
    let added = tx
        .prepare_cached(CORRECT)?
        .query_row(
            params![
                task,
                correction.tokens,
                correction.charge_cny_micros,
                correction.charge_usd_micros,
                now.0,
                correction.number,
            ],
            |row| row.get(0),
        )
        .optional()?;
    let Some(entry_id) = added else {
        let is_charged = !ledger::of_task(tx, &correction.task)?.is_empty();
        return if is_charged { Err(correction.overtaken()) } else { Ok(None) };
    };
    audit_log::record(tx, actor, "correct-charge", task, &correction.reason, now)?;
    ledger::entry_of_number(tx, entry_id).map(Some)
}
