//! Does the ledger add up? Every row is computed again from the tariff that is stored under its
//! version, and everything that the database says twice is compared.
//!
//! For `phanedge ledger verify`, and for a server: `rounds.rs` says when. Nothing is repaired
//! here: the ledger is never changed, and what is wrong is for a person to correct.

mod findings;
mod recomputation;
mod rounds;
mod state;

use std::io;

use anyhow::Context as _;
use tenancy::{Audit, LedgerFilter, Store};

use crate::ledger::{Moment, PAGE, Sums};
pub(crate) use findings::{Check, Difference, Findings, Tally};
use recomputation::Recomputation;
pub(crate) use rounds::{before_serving, repeated};
pub(crate) use state::{Verification, Verified};

/// Hears of each difference as it is found.
pub(crate) type Report<'a> = &'a mut (dyn FnMut(&Difference) -> io::Result<()> + Send);

/// Verifies everything: all rows, page by page, then what the store compares by itself.
///
/// Beside a running server it verifies what was there when it began.
pub(crate) async fn everything<'a>(
    store: &Store,
    report: Report<'a>,
) -> anyhow::Result<Findings<'a>> {
    let mut findings = Findings::new(report);
    let moment = Moment::now(store).await?;
    let mut recomputation = Recomputation::new(store);
    let mut sums = Sums::default();
    let mut pages = moment.pages(store, LedgerFilter::default());
    while let Some(page) = pages.next().await? {
        for entry in &page {
            sums.add(entry);
            recomputation.check(entry, &mut findings).await?;
        }
    }
    compare_totals(moment.kept, sums, &mut findings)?;
    let audit = store.audit().await.context("comparing tasks with the ledger")?;
    take_over(&audit, sums.rows, &mut findings)?;
    Ok(findings)
}

/// Verifies the newest rows, however long the ledger is; and its totals, if these rows are all.
async fn newest<'a>(store: &Store, report: Report<'a>) -> anyhow::Result<Findings<'a>> {
    let mut findings = Findings::new(report);
    let moment = Moment::now(store).await?;
    let newest = store.newest_ledger_entries(PAGE).await?;
    let are_all = newest.len() < PAGE as usize;
    let mut recomputation = Recomputation::new(store);
    let mut sums = Sums::default();
    for entry in newest.iter().filter(|entry| moment.has(entry)) {
        sums.add(entry);
        recomputation.check(entry, &mut findings).await?;
    }
    if are_all {
        compare_totals(moment.kept, sums, &mut findings)?;
    }
    Ok(findings)
}

fn compare_totals(kept: Sums, expected: Sums, findings: &mut Findings<'_>) -> io::Result<()> {
    findings.looked_at(Check::Totals, expected.rows);
    if kept == expected {
        return Ok(());
    }
    findings.differ(Check::Totals, format!("the kept totals are {kept}, expected {expected}"))
}

/// What the store found by itself; it names 100 tasks at most.
fn take_over(audit: &Audit, rows: u64, findings: &mut Findings<'_>) -> io::Result<()> {
    findings.looked_at(Check::Successes, rows);
    for task in &audit.unsettled {
        let text = "has neither its one charge nor a place in quarantine, expected one of them";
        findings.differ(Check::Successes, format!("task `{task}` succeeded and {text}"))?;
    }
    for task in &audit.unfounded {
        let text = "expected a charged success of the same tenant on the same terms";
        findings.differ(Check::Successes, format!("task `{task}` has a row, {text}"))?;
    }
    if !audit.sums_agree {
        let text =
            "the totals kept by tenant, or by day, tenant and SKU, are not what the rows add up to";
        findings.differ(Check::Totals, text.to_owned())?;
    }
    if !audit.counts_agree {
        let text = "the counters of listed and live tasks are not what counting gives";
        findings.differ(Check::Counters, text.to_owned())?;
    }
    if !audit.spending_agrees {
        let text = "what is kept as spent and reserved by month is not what the rows add up to";
        findings.differ(Check::Spending, text.to_owned())?;
    }
    match &audit.damage {
        Some(damage) => findings.differ(Check::File, format!("the file is damaged: {damage}")),
        None => Ok(()),
    }
}
