//! One trial: an account, gateways on one store, tenants who poll, and tenants who create.

use std::time::Duration;

use anyhow::Context as _;

use crate::Options;
use crate::account::Account;
use crate::door::Door;
use crate::figures::Column;
use crate::gateway::{Gateway, Premises, program};
use crate::load::{self, Calls, Requests};
use crate::shares::{Parties, Shares};
use crate::{times, usage};

/// Live tasks that are polled.
const TASKS: usize = 2_000;

/// One gateway on a file.
pub(crate) async fn on_sqlite(options: &Options) -> anyhow::Result<Column> {
    let account = Account::open(0).await?;
    let premises = Premises::build(account.sim.task_base_url(), options.tenants).await?;
    measured(options, "SQLite, 1", &account, &premises, None, 1).await
}

/// So many gateways on a database.
pub(crate) async fn on_postgres(
    options: &Options,
    url: String,
    postmaster: u32,
    gateways: usize,
) -> anyhow::Result<Column> {
    let account = Account::open(0).await?;
    let base_url = account.sim.task_base_url();
    let premises = Premises::on(Some(url), base_url, options.tenants).await?;
    let name = format!("PostgreSQL, {gateways}");
    measured(options, &name, &account, &premises, Some(postmaster), gateways).await
}

async fn measured(
    options: &Options,
    name: &str,
    account: &Account,
    premises: &Premises,
    postmaster: Option<u32>,
    count: usize,
) -> anyhow::Result<Column> {
    let gateways: Vec<Gateway> =
        (0..count).map(|_| Gateway::start(premises, program())).collect::<anyhow::Result<_>>()?;
    let doors: Vec<Door> = gateways.iter().map(|gateway| gateway.door.clone()).collect();
    let first = doors.first().context("a gateway at least")?.clone();
    // Beside the account, so that the time of the load is its own.
    let tasks = account.runtime.spawn(async move { first.buy(TASKS).await }).await??;
    let polls = load::polls(tasks.into(), options.connections);

    let processes: Vec<u32> = gateways.iter().map(Gateway::process).collect();
    let parties = Parties::of(processes.clone(), postmaster);
    let phases: [(&str, &Requests); 2] = [("polls", &*polls), ("creates", &load::creates)];
    let mut column = Column::new(name);
    for (phase, requests) in phases {
        let before = parties.used()?;
        let time = Duration::from_secs(options.seconds);
        let calls = load::run(&doors, options.connections, time, requests).await?;
        println!("{name}: {} {phase}", calls.good.len());
        add(&mut column, phase, calls, parties.used()?.since(&before));
    }
    let memory = processes.iter().map(|process| Ok(usage::memory_mib(*process)?.1));
    let memory: Vec<u64> = memory.collect::<anyhow::Result<_>>()?;
    column.add("memory of a gateway at most, MiB", memory.into_iter().max());
    gateways.into_iter().try_for_each(Gateway::stop)?;
    Ok(column)
}

fn add(column: &mut Column, name: &str, calls: Calls, shares: Shares) {
    let millis = u64::try_from(calls.took.as_millis()).unwrap_or(u64::MAX).max(1);
    let good = calls.good.len() as u64;
    column.add(&format!("{name} in a second"), good * 1000 / millis);
    column.add(&format!("{name} not answered with 200"), calls.failed);
    times::add(column, name, calls.good);
    for (part, cpu_millis) in shares.parts() {
        column.add(&format!("{name}: {part}, % of a core"), cpu_millis * 100 / millis);
        column.add(&format!("{name}: {part}, us for each"), cpu_millis * 1000 / good.max(1));
    }
}
