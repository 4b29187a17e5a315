//! Successes whose usage made no sense: priced, charged or let go.

use seedance_model::{Resolution, TaskId};
use seedance_pricing::TokenCount;
use serde_json::Value;
use tenancy::{NewLedgerEntry, Store, Task};

use super::{By, Failure, Reason};
use crate::{settle, tariffs};

/// What a task in quarantine would cost.
#[derive(Debug)]
pub(crate) struct Price {
    pub(crate) task: Task,
    pub(crate) entry: NewLedgerEntry,
}

/// The same computation as that of a server that settles, by the tariff of the task's creation.
pub(crate) async fn price(
    store: &Store,
    id: &TaskId,
    tokens: u64,
    resolution: Option<&str>,
) -> Result<Price, Failure> {
    let tokens = TokenCount::new(tokens)
        .map_err(|error| Failure::new(Reason::Invalid("tokens"), error.to_string()))?;
    let task = store.find_quarantined(id).await?.ok_or_else(|| absent(id))?;
    let resolution = resolution_of(&task, resolution)?;
    let tariff = tariffs::stored(store, &task.tariff).await;
    let unread = |error: anyhow::Error| {
        Failure::new(Reason::Store, "the tariff cannot be read").because(format!("{error:#}"))
    };
    let tariff = tariff.map_err(unread)?;
    let entry = settle::charge_of(&tariff, task.model, task.has_video, resolution, tokens);
    Ok(Price { task, entry })
}

/// Writes the price into the ledger.
pub(crate) async fn charge(
    store: &Store,
    price: Price,
    reason: &str,
    by: By,
) -> Result<(), Failure> {
    let id = price.task.id;
    if store.resolve_quarantine(&id, Some(price.entry), by.actor, reason, by.now).await? {
        return Ok(());
    }
    let text = format!("task `{id}` was decided on meanwhile; nothing was changed");
    Err(Failure::new(Reason::NotInQuarantine, text))
}

/// Lets a task go without a charge.
pub(crate) async fn free(store: &Store, id: &TaskId, reason: &str, by: By) -> Result<(), Failure> {
    let freed = store.resolve_quarantine(id, None, by.actor, reason, by.now).await?;
    if freed { Ok(()) } else { Err(absent(id)) }
}

fn absent(id: &TaskId) -> Failure {
    Failure::new(Reason::NotInQuarantine, format!("task `{id}` is not in quarantine"))
}

/// What was given, else what the upstream's last report says.
fn resolution_of(task: &Task, given: Option<&str>) -> Result<Resolution, Failure> {
    let all = || Resolution::ALL.map(Resolution::name).join("`, `");
    let wrong = |text: String| Failure::new(Reason::Invalid("resolution"), text);
    if let Some(given) = given {
        let unknown =
            |_| wrong(format!("`{}` is not known; use `{}`", given.escape_debug(), all()));
        return Resolution::parse(given).map_err(unknown);
    }
    let report: Value = serde_json::from_slice(&task.body).unwrap_or_default();
    let reported = report.get("resolution").and_then(Value::as_str);
    reported.and_then(|name| Resolution::parse(name).ok()).ok_or_else(|| {
        let text = format!("the last report of task `{}` has no resolution", task.id);
        wrong(format!("{text}; say it: `{}`", all()))
    })
}
