//! The rows that say what the end of a task means for money.

use super::{Tx, Value};
use crate::error::Cause;
use crate::settlement::Verdict;
use crate::{NewLedgerEntry, UnixMillis};

/// Tenant, upstream, model, video flag and tariff come out of the task. The entry is numbered by
/// a trigger.
pub(super) const CHARGE: &str = "
    INSERT INTO ledger (
        task_id, correction, tenant_id, upstream, model, has_video, tariff, task_created_at,
        sku, resolution, tokens, price_cny_micros_per_million, cny_per_usd_micros,
        rate_usd_micros_per_million, charge_cny_micros, charge_usd_micros, settled_at
    )
    SELECT task_id, 0, tenant_id, upstream, model, has_video, tariff, created_at,
           $2::text, $3::text, $4::int8, $5::int8, $6::int8, $7::int8, $8::int8, $9::int8,
           $10::int8
    FROM tasks WHERE seq = $1";

/// The tenant comes out of the task.
pub(super) const QUARANTINE: &str = "
    INSERT INTO quarantine (task_seq, tenant_id, reason, usage, quarantined_at)
    SELECT seq, tenant_id, $2::text, $3::text, $4::int8 FROM tasks WHERE seq = $1";

/// Writes the row that belongs to the end of a task.
pub(super) async fn settle(
    tx: &Tx,
    seq: i64,
    verdict: &Verdict<'_>,
    now: UnixMillis,
) -> Result<(), Cause> {
    match verdict {
        Verdict::Charge(entry) => charge(tx, seq, entry, now).await,
        Verdict::Quarantine { reason, usage } => {
            tx.execute(QUARANTINE, &[&seq, reason, usage, &now.0]).await?;
            Ok(())
        }
        Verdict::Free => Ok(()),
    }
}

/// Writes the one charge of a task.
pub(super) async fn charge(
    tx: &Tx,
    seq: i64,
    entry: &NewLedgerEntry,
    now: UnixMillis,
) -> Result<(), Cause> {
    let tokens =
        i64::try_from(entry.tokens).map_err(|_| Cause::TooManyTokens { tokens: entry.tokens })?;
    let row: [Value<'_>; 10] = [
        &seq,
        &entry.sku,
        &entry.resolution,
        &tokens,
        &entry.price_cny_micros_per_million,
        &entry.cny_per_usd_micros,
        &entry.rate_usd_micros_per_million,
        &entry.charge_cny_micros,
        &entry.charge_usd_micros,
        &now.0,
    ];
    tx.execute(CHARGE, &row).await?;
    Ok(())
}
