//! What a row of the ledger would say, shown before it is written.

use seedance_model::TaskId;
use tenancy::{LedgerEntry, NewCorrection, NewLedgerEntry};

use crate::commands::Misuse;
use crate::ledger::decimal;
use crate::output::{self, Format};

/// The columns, named like those of an export.
const COLUMNS: [&str; 10] = [
    "task_id",
    "sku",
    "resolution",
    "tokens",
    "price_cny_per_million",
    "cny_per_usd",
    "rate_usd_per_million",
    "charge_cny",
    "charge_usd",
    "tariff",
];

/// Prints what a charge would be.
pub(in crate::commands) fn print_charge(
    format: Format,
    task: &TaskId,
    tariff: &str,
    entry: &NewLedgerEntry,
) -> anyhow::Result<()> {
    let row = vec![
        task.to_string(),
        entry.sku.clone(),
        entry.resolution.clone(),
        entry.tokens.to_string(),
        decimal(entry.price_cny_micros_per_million),
        decimal(entry.cny_per_usd_micros),
        decimal(entry.rate_usd_micros_per_million),
        decimal(entry.charge_cny_micros),
        decimal(entry.charge_usd_micros),
        tariff.to_owned(),
    ];
    output::rows(format, &COLUMNS, &[row])
}

/// Prints what a correction of `charge` would be.
pub(super) fn print_correction(
    format: Format,
    charge: &LedgerEntry,
    added: &NewCorrection,
) -> anyhow::Result<()> {
    let row = vec![
        charge.task_id.to_string(),
        charge.sku.clone(),
        charge.resolution.clone(),
        added.tokens.to_string(),
        decimal(charge.price_cny_micros_per_million),
        decimal(charge.cny_per_usd_micros),
        decimal(charge.rate_usd_micros_per_million),
        decimal(added.charge_cny_micros),
        decimal(added.charge_usd_micros),
        charge.tariff.clone(),
    ];
    output::rows(format, &COLUMNS, &[row])
}

/// The end of a command that was not told to do it.
pub(in crate::commands) fn only_shown() -> Misuse {
    Misuse("nothing was changed; say `--yes` to write this row into the ledger".to_owned())
}
