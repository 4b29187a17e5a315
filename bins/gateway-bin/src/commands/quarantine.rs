//! `phanedge quarantine`: successes whose usage made no sense, decided on by a person. Works beside
//! a running server.

use anyhow::bail;
use tenancy::{Quarantined, Store};

use super::arguments::{ConfigPath, Decision, Payment, QuarantineCommand};
use super::ledger::{only_shown, print_charge};
use super::{load, task_id};
use crate::acts::quarantine;
use crate::output::{self, Format};

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

async fn charge(
    store: &Store,
    id: &str,
    tokens: u64,
    resolution: Option<&str>,
    payment: &Payment,
) -> anyhow::Result<()> {
    let (id, by) = (task_id(id)?, payment.decision.actor.acts()?);
    let price = quarantine::price(store, &id, tokens, resolution).await?;
    print_charge(payment.rows.format, &id, &price.task.tariff, &price.entry)?;
    if !payment.yes {
        bail!(only_shown());
    }
    Ok(quarantine::charge(store, price, &payment.decision.reason, by).await?)
}

async fn free(store: &Store, id: &str, decision: &Decision) -> anyhow::Result<()> {
    let id = task_id(id)?;
    quarantine::free(store, &id, &decision.reason, decision.actor.acts()?).await?;
    output::line(&format!("task `{id}` is free"))?;
    Ok(())
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
