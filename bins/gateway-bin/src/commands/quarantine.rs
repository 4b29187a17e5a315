//! `phanedge quarantine`: successes whose usage made no sense, decided on by a person. Works beside
//! a running server.

use anyhow::{Context as _, bail};
use seedance_model::Resolution;
use seedance_pricing::TokenCount;
use serde_json::Value;
use tenancy::{Quarantined, Store, Task};

use super::arguments::{ConfigPath, Decision, Payment, QuarantineCommand};
use super::ledger::{only_shown, print_charge};
use super::{Misuse, load, task_id};
use crate::clock::Clock;
use crate::output::{self, Format};
use crate::{settle, tariffs};

pub(super) async fn run(config: ConfigPath, command: QuarantineCommand) -> anyhow::Result<()> {
    let config = load(&config.path)?;
    let store = Store::open(&config.store_url).await?;
    let done = carry_out(&store, command).await;
    store.close().await?;
    done
}

async fn carry_out(store: &Store, command: QuarantineCommand) -> anyhow::Result<()> {
    match command {
        QuarantineCommand::List { rows } => list(store, rows.format).await,
        QuarantineCommand::Charge { task, tokens, resolution, payment } => {
            charge(store, &task, tokens, resolution.as_deref(), &payment).await
        }
        QuarantineCommand::Free { task, decision } => free(store, &task, &decision).await,
    }
}

/// The same computation as that of a server that settles.
async fn charge(
    store: &Store,
    id: &str,
    tokens: u64,
    resolution: Option<&str>,
    payment: &Payment,
) -> anyhow::Result<()> {
    let tokens = TokenCount::new(tokens).map_err(|error| Misuse(format!("`--tokens`: {error}")))?;
    let actor = payment.decision.actor.for_audit()?;
    let task = find(store, id).await?;
    let resolution = resolution_of(&task, resolution)?;
    let tariff = tariffs::stored(store, &task.tariff).await?;
    let entry = settle::charge_of(&tariff, task.model, task.has_video, resolution, tokens);
    print_charge(payment.rows.format, &task.id, &task.tariff, &entry)?;
    if !payment.yes {
        bail!(only_shown());
    }
    let (reason, now) = (&payment.decision.reason, Clock::system().now());
    if !store.resolve_quarantine(&task.id, Some(entry), &actor, reason, now).await? {
        bail!("task `{id}` was decided on meanwhile; nothing was changed");
    }
    Ok(())
}

async fn free(store: &Store, id: &str, decision: &Decision) -> anyhow::Result<()> {
    let (id, actor) = (task_id(id)?, decision.actor.for_audit()?);
    let now = Clock::system().now();
    if !store.resolve_quarantine(&id, None, &actor, &decision.reason, now).await? {
        bail!("task `{id}` is not in quarantine");
    }
    output::line(&format!("task `{id}` is free"))?;
    Ok(())
}

async fn find(store: &Store, id: &str) -> anyhow::Result<Task> {
    let id = task_id(id)?;
    let task = store.find_quarantined(&id).await?;
    task.with_context(|| format!("task `{id}` is not in quarantine"))
}

/// What was given, else what the upstream's last report says.
fn resolution_of(task: &Task, given: Option<&str>) -> Result<Resolution, Misuse> {
    let all = || Resolution::ALL.map(Resolution::name).join("`, `");
    if let Some(given) = given {
        let unknown = |_| Misuse(format!("`--resolution {given}` is not known; use `{}`", all()));
        return Resolution::parse(given).map_err(unknown);
    }
    let report: Value = serde_json::from_slice(&task.body).unwrap_or_default();
    let reported = report.get("resolution").and_then(Value::as_str);
    reported.and_then(|name| Resolution::parse(name).ok()).ok_or_else(|| {
        let text = format!("the last report of task `{}` has no resolution", task.id);
        Misuse(format!("{text}; say `--resolution` with `{}`", all()))
    })
}

async fn list(store: &Store, format: Format) -> anyhow::Result<()> {
    let columns = ["task", "tenant", "model", "tariff", "reason", "usage", "quarantined_at"];
    let tasks = store.list_quarantined(u32::MAX).await?;
    let rows: Vec<_> = tasks.into_iter().map(row).collect();
    output::rows(format, &columns, &rows)
}

fn row(task: Quarantined) -> Vec<String> {
    vec![
        task.task.to_string(),
        task.tenant.to_string(),
        task.model.to_string(),
        task.tariff,
        task.reason,
        task.usage,
        output::time(task.quarantined_at),
    ]
}
