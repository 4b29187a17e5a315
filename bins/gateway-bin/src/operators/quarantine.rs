//! Successes whose usage made no sense: listed, charged, let go.

use axum::extract::State;
use axum::routing::{get, post};
use schemars::JsonSchema;
use seedance_model::TaskId;
use serde::{Deserialize, Serialize};
use tenancy::{NewLedgerEntry, Quarantined};

use super::call::{Answer, Answered, Asked, Change, Named, confirmed, invalid};
use super::{Desk, Operation, paging};
use crate::acts::quarantine;
use crate::error::{ApiError, Kind};
use crate::ledger::decimal;
use crate::output;

const TAG: &str = "quarantine";
/// Longest reason, in characters.
const REASON_CHARS: usize = 500;

/// How many are wanted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct QuarantineQuery {
    /// Rows of the answer, 100 if not given.
    #[schemars(range(min = 1, max = 500), example = 100)]
    limit: Option<u32>,
}

/// A task that succeeded and was not charged.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct QuarantinedTask {
    /// The id of the task.
    task: String,
    /// Whose it is.
    tenant: String,
    /// The model.
    model: &'static str,
    /// The version of the tariff that it is settled with.
    tariff: String,
    /// What is wrong with the usage.
    reason: String,
    /// The usage as the model service wrote it.
    usage: String,
    /// When the success was seen, RFC 3339.
    quarantined_at: String,
}

/// The tasks in quarantine, oldest first.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Quarantine {
    /// The oldest of them; they leave the list as they are decided on.
    tasks: Vec<QuarantinedTask>,
    /// Are there more?
    has_more: bool,
}

/// What a task is to be charged for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChargeOrder {
    /// The tokens that the model service counted.
    tokens: u64,
    /// The resolution of the video, if the last report does not say: `480p` to `4k`.
    resolution: Option<String>,
    /// Why; it goes into the audit log.
    #[schemars(length(min = 1, max = 500))]
    reason: String,
    /// `true`: it is meant. Without it the refusal says what it would cost.
    #[serde(default)]
    confirm: bool,
}

/// That a task costs nothing.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FreeOrder {
    /// Why; it goes into the audit log.
    #[schemars(length(min = 1, max = 500))]
    reason: String,
    /// `true`: it is meant.
    #[serde(default)]
    confirm: bool,
}

/// What a task was charged.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Charged {
    /// The id of the task.
    task: String,
    /// The SKU that it was charged by.
    sku: String,
    /// The resolution of the video.
    resolution: String,
    /// The tokens.
    tokens: u64,
    /// The charge in CNY, an exact decimal.
    charge_cny: String,
    /// The charge in USD, an exact decimal.
    charge_usd: String,
}

/// A task that was let go.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Freed {
    /// The id of the task.
    task: String,
    /// `free`.
    state: &'static str,
}

impl From<Quarantined> for QuarantinedTask {
    fn from(task: Quarantined) -> Self {
        Self {
            task: task.task.to_string(),
            tenant: task.tenant.to_string(),
            model: task.model.name(),
            tariff: task.tariff,
            reason: task.reason,
            usage: task.usage,
            quarantined_at: output::time(task.quarantined_at),
        }
    }
}

impl Charged {
    fn of(task: String, entry: &NewLedgerEntry) -> Self {
        Self {
            task,
            sku: entry.sku.clone(),
            resolution: entry.resolution.clone(),
            tokens: entry.tokens,
            charge_cny: decimal(entry.charge_cny_micros),
            charge_usd: decimal(entry.charge_usd_micros),
        }
    }
}

async fn list(
    State(desk): State<Desk>,
    Asked(asked): Asked<QuarantineQuery>,
) -> Answered<Quarantine> {
    let limit = paging::limit(asked.limit)?;
    let rows = desk.app().store.list_quarantined(limit + 1).await?;
    let (rows, next) = paging::cut(rows, limit, |task| task.task.to_string());
    let tasks = rows.into_iter().map(QuarantinedTask::from).collect();
    Ok(Answer(Quarantine { tasks, has_more: next.is_some() }))
}

async fn charge(
    State(desk): State<Desk>,
    Named(id): Named,
    change: Change<ChargeOrder>,
) -> Answered<Charged> {
    let store = &desk.app().store;
    let ChargeOrder { tokens, resolution, reason, confirm } = change.body;
    let id = task_id(&id)?;
    check_reason(&reason)?;
    let price = quarantine::price(store, &id, tokens, resolution.as_deref()).await?;
    let charged = Charged::of(id.to_string(), &price.entry);
    let Charged { charge_usd, charge_cny, .. } = &charged;
    confirmed(confirm, &format!("it would be charged {charge_usd} USD ({charge_cny} CNY)"))?;
    quarantine::charge(store, price, &reason, change.by).await?;
    Ok(Answer(charged))
}

async fn free(
    State(desk): State<Desk>,
    Named(id): Named,
    change: Change<FreeOrder>,
) -> Answered<Freed> {
    let FreeOrder { reason, confirm } = change.body;
    let id = task_id(&id)?;
    check_reason(&reason)?;
    confirmed(confirm, "it would cost nothing, for good")?;
    quarantine::free(&desk.app().store, &id, &reason, change.by).await?;
    Ok(Answer(Freed { task: id.to_string(), state: "free" }))
}

/// The id in the path.
pub(super) fn task_id(text: &str) -> Result<TaskId, ApiError> {
    TaskId::parse(text).ok_or_else(|| invalid("task", "it cannot be a task's id".to_owned()))
}

/// A reason that the audit log takes.
pub(super) fn check_reason(reason: &str) -> Result<(), ApiError> {
    if (1..=REASON_CHARS).contains(&reason.chars().count()) {
        return Ok(());
    }
    Err(invalid("reason", format!("use 1 to {REASON_CHARS} characters")))
}

pub(super) fn operations() -> Vec<Operation> {
    const REFUSALS: &[Kind] = &[Kind::NotInQuarantine, Kind::ConfirmationRequired];
    vec![
        Operation::new(
            ["GET", "/admin/v1/quarantine", "listQuarantine"],
            TAG,
            "List the tasks that are in quarantine, oldest first.",
            || get(list),
        )
        .asking::<QuarantineQuery>()
        .answering::<Quarantine>(
            r#"{"tasks":[{"task":"cgt-20261101120000-fffff","tenant":"acme",
            "model":"doubao-seedance-2-0","tariff":"5d0c…","reason":"no usage","usage":"",
            "quarantined_at":"2026-11-01T12:10:00Z"}],"has_more":false}"#,
        ),
        Operation::new(
            ["POST", "/admin/v1/quarantine/{task}/charge", "chargeQuarantined"],
            TAG,
            "Charge a task for the tokens that it used, by the tariff of its creation.",
            || post(charge),
        )
        .taking::<ChargeOrder>(
            r#"{"tokens":108900,"resolution":"720p","reason":"the invoice","confirm":true}"#,
        )
        .answering::<Charged>(
            r#"{"task":"cgt-20261101120000-fffff","sku":"doubao-seedance-2-0-720p-novideo",
            "resolution":"720p","tokens":108900,"charge_cny":"5.0094","charge_usd":"0.705549"}"#,
        )
        .refusing(REFUSALS),
        Operation::new(
            ["POST", "/admin/v1/quarantine/{task}/free", "freeQuarantined"],
            TAG,
            "Let a task go without a charge.",
            || post(free),
        )
        .taking::<FreeOrder>(r#"{"reason":"the video is broken","confirm":true}"#)
        .answering::<Freed>(r#"{"task":"cgt-20261101120000-fffff","state":"free"}"#)
        .refusing(REFUSALS),
    ]
}
