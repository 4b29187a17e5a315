//! What the last verification of the ledger found, and what the ledger adds up to.

use axum::extract::State;
use axum::routing::get;
use schemars::JsonSchema;
use serde::Serialize;

use super::call::{Answer, Answered};
use super::usage::UsageSums;
use super::{Desk, Operation};
use crate::output;
use crate::verification::Verification;

/// The state of the ledger.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LedgerState {
    /// What the last verification found.
    state: Found,
    /// When it ended, RFC 3339; `null` before the first one has ended.
    verified_at: Option<String>,
    /// What came of each check.
    checks: Vec<CheckResult>,
    /// What all rows add up to now.
    totals: UsageSums,
}

/// What a verification found.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Found {
    /// None has ended since this gateway started.
    Pending,
    /// Nothing was found.
    AddsUp,
    /// Differences were found; `phanedge ledger verify` names them.
    Differs,
    /// The ledger could not be read.
    Failed,
}

/// What came of one check.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckResult {
    /// What was checked.
    check: &'static str,
    /// Rows, or tariffs; `null`: it was compared as a whole.
    looked_at: Option<u64>,
    /// Differences that were found.
    differences: u64,
}

async fn show(State(desk): State<Desk>) -> Answered<LedgerState> {
    let totals = desk.app().store.ledger_totals().await?.into();
    let Some(Verification { ended_at, tallies }) = desk.verified.last() else {
        let state = Found::Pending;
        return Ok(Answer(LedgerState { state, verified_at: None, checks: Vec::new(), totals }));
    };
    let checks = tallies.iter().flatten().map(|(check, tally)| CheckResult {
        check: check.name(),
        looked_at: check.is_counted().then_some(tally.looked_at),
        differences: tally.differences,
    });
    let checks: Vec<CheckResult> = checks.collect();
    let state = match &tallies {
        None => Found::Failed,
        Some(_) if checks.iter().all(|check| check.differences == 0) => Found::AddsUp,
        Some(_) => Found::Differs,
    };
    Ok(Answer(LedgerState { state, verified_at: Some(output::time(ended_at)), checks, totals }))
}

pub(super) fn operations() -> Vec<Operation> {
    let summary = "Show what the last verification of the ledger found, and the ledger's totals.";
    let at = ["GET", "/admin/v1/ledger/verification", "getVerification"];
    vec![Operation::new(at, "ledger", summary, || get(show)).answering::<LedgerState>(
        r#"{"state":"adds_up","verified_at":"2026-11-22T08:00:00Z","checks":[{"check":"charges",
        "looked_at":2,"differences":0},{"check":"database file","looked_at":null,
        "differences":0}],"totals":{"entries":2,"tokens":217800,"charge_cny":"10.0188",
        "charge_usd":"1.411098"}}"#,
    )]
}
