//! The rows that say what the end of a task means for money.

use rusqlite::{Connection, params};

use crate::error::Cause;
use crate::settlement::Verdict;
use crate::{NewLedgerEntry, UnixMillis};

/// Tenant, upstream, model, video flag and tariff come out of the task.
pub(super) const CHARGE: &str = "
    INSERT INTO ledger (
        task_id, correction, tenant_id, upstream, model, has_video, tariff, task_created_at,
        sku, resolution, tokens, price_cny_micros_per_million, cny_per_usd_micros,
        rate_usd_micros_per_million, charge_cny_micros, charge_usd_micros, settled_at
    )
    SELECT task_id, 0, tenant_id, upstream, model, has_video, tariff, created_at,
           ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
    FROM tasks WHERE seq = ?1";

/// The tenant comes out of the task.
pub(super) const QUARANTINE: &str = "
    INSERT INTO quarantine (task_seq, tenant_id, reason, usage, quarantined_at)
    SELECT seq, tenant_id, ?2, ?3, ?4 FROM tasks WHERE seq = ?1";

/// Writes the row that belongs to the end of a task.
pub(super) fn settle(
    tx: &Connection,
    seq: i64,
    verdict: &Verdict<'_>,
    now: UnixMillis,
) -> Result<(), Cause> {
    match verdict {
        Verdict::Charge(entry) => charge(tx, seq, entry, now),
        Verdict::Quarantine { reason, usage } => {
            let mut statement = tx.prepare_cached(QUARANTINE)?;
            statement.execute(params![seq, reason, usage, now.0])?;
            Ok(())
        }
        Verdict::Free => Ok(()),
    }
}

/// Writes the one charge of a task.
pub(super) fn charge(
    tx: &Connection,
    seq: i64,
    entry: &NewLedgerEntry,
    now: UnixMillis,
) -> Result<(), Cause> {
    let tokens =
        i64::try_from(entry.tokens).map_err(|_| Cause::TooManyTokens { tokens: entry.tokens })?;
    tx.prepare_cached(CHARGE)?.execute(params![
        seq,
        entry.sku,
        entry.resolution,
        tokens,
        entry.price_cny_micros_per_million,
        entry.cny_per_usd_micros,
        entry.rate_usd_micros_per_million,
        entry.charge_cny_micros,
        entry.charge_usd_micros,
        now.0,
    ])?;
    Ok(())
}
