//! Charges that were wrong: corrected by a row of their own, never changed.

use axum::extract::State;
use axum::routing::post;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tenancy::LedgerEntry;

use super::call::{Answer, Answered, Change, Named, confirmed, invalid};
use super::quarantine::{check_reason, task_id};
use super::{Desk, Operation};
use crate::acts::corrections::{self, Wanted};
use crate::error::{ApiError, Kind};
use crate::ledger::decimal;
use crate::output;

/// What is to be added to a charge: either `tokens` or `usd`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CorrectionOrder {
    /// By how many tokens the count was wrong, negative to take some back; both amounts follow.
    tokens: Option<i64>,
    /// The amount in USD to add, an exact decimal, negative to give some back; no token changes.
    #[schemars(example = "-0.25")]
    usd: Option<String>,
    /// Why; it goes into the audit log.
    #[schemars(length(min = 1, max = 500))]
    reason: String,
    /// `true`: it is meant. Without it the refusal says what would be added.
    #[serde(default)]
    confirm: bool,
}

/// A row of the ledger that corrects a charge.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Corrected {
    /// The number of the row.
    entry: i64,
    /// The id of the task.
    task: String,
    /// The SKU that it was charged by.
    sku: String,
    /// The resolution of the video.
    resolution: String,
    /// The tokens that it adds.
    tokens: i64,
    /// What it adds in CNY, an exact decimal.
    charge_cny: String,
    /// What it adds in USD, an exact decimal.
    charge_usd: String,
    /// When it was made, RFC 3339; it counts on this day.
    settled_at: String,
}

impl From<LedgerEntry> for Corrected {
    fn from(row: LedgerEntry) -> Self {
        Self {
            entry: row.entry_id,
            task: row.task_id.to_string(),
            sku: row.sku,
            resolution: row.resolution,
            tokens: row.tokens,
            charge_cny: decimal(row.charge_cny_micros),
            charge_usd: decimal(row.charge_usd_micros),
            settled_at: output::time(row.settled_at),
        }
    }
}

async fn correct(
    State(desk): State<Desk>,
    Named(id): Named,
    change: Change<CorrectionOrder>,
) -> Answered<Corrected> {
    let store = &desk.app().store;
    let CorrectionOrder { tokens, usd, reason, confirm } = change.body;
    let (id, wanted) = (task_id(&id)?, wanted(tokens, usd)?);
    check_reason(&reason)?;
    let correction = corrections::compute(store, &id, &wanted, &reason).await?;
    let added = &correction.added;
    let (usd, cny) = (decimal(added.charge_usd_micros), decimal(added.charge_cny_micros));
    confirmed(
        confirm,
        &format!("{} tokens, {usd} USD and {cny} CNY would be added", added.tokens),
    )?;
    Ok(Answer(corrections::add(store, correction, change.by).await?.into()))
}

fn wanted(tokens: Option<i64>, usd: Option<String>) -> Result<Wanted, ApiError> {
    match (tokens, usd) {
        (Some(tokens), None) => Ok(Wanted::Tokens(tokens)),
        (None, Some(amount)) => Ok(Wanted::Usd(amount)),
        _ => Err(invalid("tokens", "say either `tokens` or `usd`".to_owned())),
    }
}

pub(super) fn operations() -> Vec<Operation> {
    let at = ["POST", "/admin/v1/ledger/{task}/correct", "correctCharge"];
    let summary = "Correct the charge of a task, by a row that is added to it.";
    vec![
        Operation::new(at, "ledger", summary, || post(correct))
            .taking::<CorrectionOrder>(r#"{"tokens":-85700,"reason":"the invoice","confirm":true}"#)
            .answering::<Corrected>(
                r#"{"entry":12,"task":"cgt-20261101120000-fffff",
            "sku":"doubao-seedance-2-0-4k-novideo","resolution":"4k","tokens":-85700,
            "charge_cny":"-2.2282","charge_usd":"-0.313831",
            "settled_at":"2026-11-02T09:00:00Z"}"#,
            )
            .refusing(&[Kind::ChargeNotFound, Kind::ConfirmationRequired]),
    ]
}
