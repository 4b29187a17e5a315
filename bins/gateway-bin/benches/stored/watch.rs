//! A gateway on a store of one size: how long it takes to serve, and what watching costs.

use std::path::Path;
use std::time::{Duration, Instant};

use ::gateway::Clock;
use anyhow::{Context as _, bail};
use ark_sim::Verb;
use rusqlite::{Connection, OpenFlags};

use crate::account::{API_KEY, Account};
use crate::door::Door;
use crate::figures::Column;
use crate::gateway::{self, Gateway, Premises, UPSTREAM, pause};
use crate::seed::Ended;
use crate::{Options, calls, requests, seed, usage};

/// How long the gateway may take to settle the first task.
const PATIENCE: Duration = Duration::from_secs(30);
/// Time between two looks at the store.
const PAUSE: Duration = Duration::from_millis(100);

/// Builds a store with `stored` tasks, and watches a gateway on it.
pub(crate) async fn store_of(options: &Options, stored: i64) -> anyhow::Result<Column> {
    let account = Account::open().await?;
    let premises = Premises::build(account.sim.task_base_url(), options.tenants).await?;
    let mut column = Column::new(format!("{stored} stored"));
    let begun = Instant::now();
    fill(options, stored, &account, &premises).await?;
    let bytes = std::fs::metadata(premises.database())?.len();
    column.add("live tasks", options.live);
    column.add("store, MiB", bytes >> 20);
    println!("{stored} stored: filled in {} s", begun.elapsed().as_secs());

    let begun = Instant::now();
    let mut gateway = Gateway::start(&premises, gateway::program())?;
    column.add("time to ready, ms", u64::try_from(begun.elapsed().as_millis())?);
    let ready = usage::cpu_millis(gateway.process())?;
    column.add("processor until ready, ms", ready);
    // The newest rows were verified before it served, and all of them in the background since.
    gateway.logged("the ledger adds up", 2)?;
    column.add("time to the whole ledger verified, s", begun.elapsed().as_secs());
    column.add("processor for that, ms", usage::cpu_millis(gateway.process())? - ready);
    add_watching(&mut column, options, &account, &gateway, &premises.database())?;
    requests::add(&mut column, &gateway.door, &premises.database()).await?;
    gateway.stop()?;
    Ok(column)
}

/// Two tasks are bought through the gateway, one of them ends and is charged; the rest is copies.
async fn fill(
    options: &Options,
    stored: i64,
    account: &Account,
    premises: &Premises,
) -> anyhow::Result<()> {
    let gateway = Gateway::start(premises, gateway::program())?;
    let templates = gateway.door.buy(1).await?;
    let ended = templates.first().context("nothing was bought")?;
    account.sim.succeed(&ended.id)?;
    wait_for_charge(&premises.database())?;
    gateway.door.buy(1).await?;
    gateway.stop()?;
    let keys = vec![API_KEY.to_owned(); options.tenants];
    let door = Door { address: account.sim.addr(), path: ACCOUNT_TASKS, keys };
    let count = options.live;
    // Beside the account, so that no call has to cross over to another thread.
    let bought = account.runtime.spawn(async move { door.buy(count).await }).await??;
    let mut connection = seed::open(&premises.database())?;
    let ended = stored.saturating_sub(i64::try_from(bought.len())?);
    let listed = (ended / 10).max(LISTED_AT_LEAST);
    seed::ended(&connection, listed, &Ended::listed())?;
    seed::ended(&connection, (ended - listed).max(0), &Ended::old(options.tenants))?;
    seed::live(&mut connection, &bought)?;
    Ok(())
}

/// Tasks in the list of the first tenant, in the smaller store; in the larger one a tenth of all.
const LISTED_AT_LEAST: i64 = 10_000;
/// The account's own path of the task surface.
const ACCOUNT_TASKS: &str = "/api/v3/contents/generations/tasks";

fn wait_for_charge(database: &Path) -> anyhow::Result<()> {
    let begun = Instant::now();
    while count(database, "SELECT count(*) FROM ledger")? == 0 {
        if begun.elapsed() > PATIENCE {
            bail!("the first task was never charged");
        }
        pause(PAUSE);
    }
    Ok(())
}

fn count(database: &Path, query: &str) -> anyhow::Result<i64> {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    Ok(connection.query_row(query, [], |row| row.get(0))?)
}

/// What watching takes, over the measured time.
fn add_watching(
    column: &mut Column,
    options: &Options,
    account: &Account,
    gateway: &Gateway,
    database: &Path,
) -> anyhow::Result<()> {
    account.sim.clear_calls();
    let (begun, cpu_before) = (Clock::system().now(), usage::cpu_millis(gateway.process())?);
    pause(Duration::from_secs(options.seconds));
    let cpu_millis = usage::cpu_millis(gateway.process())? - cpu_before;
    let (rss, most) = usage::memory_mib(gateway.process())?;
    let refreshed = format!(
        "SELECT count(*) FROM tasks INDEXED BY tasks_live
         WHERE live = 1 AND upstream = '{UPSTREAM}' AND refreshed_at >= {}",
        begun.0
    );
    let list = calls::of(&account.sim, Verb::List);
    column.add("measured, s", options.seconds);
    column.add("memory, MiB", rss);
    column.add("memory at most, MiB", most);
    column.add("processor for each second, ms", cpu_millis / options.seconds.max(1));
    column.add("LIST calls", list.total);
    column.add("LIST calls, most in one second", list.most_in_a_second);
    column.add("LIST calls, most in any second", list.most_in_any_second);
    column.add("LIST calls refused with 429", list.throttled);
    column.add("GET calls", calls::of(&account.sim, Verb::Get).total);
    column.add("tasks looked at", count(database, &refreshed)?);
    Ok(())
}
