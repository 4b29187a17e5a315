//! What the end of a task means for money, and the rows that say so.

use rusqlite::{Connection, params};
use seedance_model::TaskStatus;

use crate::error::Cause;
use crate::{NewLedgerEntry, Settlement, SettlementState, UnixMillis};

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

/// What the end of a task means for money.
pub(super) enum Verdict<'a> {
    Charge(&'a NewLedgerEntry),
    Quarantine { reason: &'a str, usage: &'a str },
    Free,
}

impl<'a> Verdict<'a> {
    /// Only a success costs anything, and no success is let go without a row.
    pub(super) fn of(end: TaskStatus, settlement: &'a Settlement) -> Self {
        if end != TaskStatus::Succeeded {
            return Self::Free;
        }
        match settlement {
            Settlement::Charge(entry) => Self::Charge(entry),
            Settlement::Quarantine { reason, usage } => Self::Quarantine { reason, usage },
            Settlement::None | Settlement::Free => {
                Self::Quarantine { reason: "the success came without a charge", usage: "" }
            }
        }
    }

    /// The settlement state of the task from now on.
    pub(super) fn state(&self) -> SettlementState {
        match self {
            Self::Charge(_) => SettlementState::Charged,
            Self::Quarantine { .. } => SettlementState::Quarantined,
            Self::Free => SettlementState::Free,
        }
    }

    /// Writes the row that belongs to it.
    pub(super) fn settle(&self, tx: &Connection, seq: i64, now: UnixMillis) -> Result<(), Cause> {
        match self {
            Self::Charge(entry) => charge(tx, seq, entry, now),
            Self::Quarantine { reason, usage } => {
                let mut statement = tx.prepare_cached(QUARANTINE)?;
                statement.execute(params![seq, reason, usage, now.0])?;
                Ok(())
            }
            Self::Free => Ok(()),
        }
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
