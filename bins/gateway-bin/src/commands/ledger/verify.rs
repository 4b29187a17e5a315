//! `phanedge ledger verify`: every difference as it is found, and a table of what was looked at.

use anyhow::bail;
use tenancy::Store;

use crate::output::{self, Format};
use crate::verification::{self, Check, Difference, Tally};

pub(super) async fn run(store: &Store) -> anyhow::Result<()> {
    let mut tell = |difference: &Difference| output::line(&difference.to_string());
    let findings = verification::everything(store, &mut tell).await?;
    let rows: Vec<_> = findings.by_check().map(|(check, tally)| row(check, tally)).collect();
    output::rows(Format::Table, &["check", "looked at", "differences"], &rows)?;
    match findings.differences() {
        0 => Ok(output::line("the ledger adds up")?),
        differences => bail!("the ledger does not add up: {differences} differences"),
    }
}

fn row(check: Check, tally: &Tally) -> Vec<String> {
    let looked_at = if check.is_counted() { tally.looked_at.to_string() } else { "all".to_owned() };
    vec![check.name().to_owned(), looked_at, tally.differences.to_string()]
}
