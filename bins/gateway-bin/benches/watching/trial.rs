//! One trial: an account, something in front of it, tasks bought through that, and tenants who poll.

use std::sync::Arc;
use std::time::Duration;

use ark_sim::Verb;

use crate::account::Account;
use crate::door::{Bought, Door};
use crate::ends::{Ended, drive};
use crate::figures::Column;
use crate::gateway::{self, Gateway, Premises};
use crate::load::{Load, Seen};
use crate::proxy::Proxy;
use crate::{Options, books, calls, times, usage};

/// Each task is polled once in this time.
const PERIOD: Duration = Duration::from_secs(1);

/// The gateway: polled until every task was seen as finished, and its books read.
pub(crate) async fn through_the_gateway(options: &Options) -> anyhow::Result<Column> {
    let account = Account::open().await?;
    let premises = Premises::build(account.sim.task_base_url(), options.tenants).await?;
    let gateway = Gateway::start(&premises, gateway::program())?;
    let tasks = gateway.door.buy(options.tasks).await?;
    println!("gateway: {} tasks bought", tasks.len());
    account.sim.clear_calls();
    let cpu_before = usage::cpu_millis(gateway.process())?;
    let patience = Duration::from_secs(options.patience);
    let (seen, ends) = play(options, &account, &gateway.door, &tasks, patience).await?;
    let cpu_millis = usage::cpu_millis(gateway.process())? - cpu_before;
    let (rss, most) = usage::memory_mib(gateway.process())?;
    gateway.stop()?;
    let books = books::read(&premises.store_url(), &tasks, &ends).await?;

    let mut column = Column::new("gateway");
    add_polls(&mut column, &seen);
    add_ends(&mut column, &seen, &ends);
    add_calls(&mut column, &account);
    times::add(&mut column, "settled after its end", books.settled_after);
    column.add("charges doubled", books.doubled);
    column.add("charges missing", books.missing);
    column.add("memory at the end, MiB", rss);
    column.add("memory at most, MiB", most);
    column.add("processor, ms", cpu_millis);
    column.add("processor for each poll, us", cpu_millis * 1000 / (seen.polls().max(1) as u64));
    Ok(column)
}

/// A plain reverse proxy: the same load, for as long as it lasts.
pub(crate) async fn through_a_proxy(options: &Options) -> anyhow::Result<Column> {
    let account = Account::open().await?;
    let proxy = Proxy::start(&account, options.tenants).await?;
    let tasks = proxy.door.buy(options.tasks).await?;
    println!("{}: {} tasks bought", proxy.name(), tasks.len());
    account.sim.clear_calls();
    let cpu = || proxy.process().map(usage::cpu_millis).transpose();
    let cpu_before = cpu()?;
    let (seen, ends) = play(options, &account, &proxy.door, &tasks, Duration::ZERO).await?;
    let cpu_millis = cpu()?.zip(cpu_before).map(|(after, before)| after - before);
    let mut column = Column::new(proxy.name());
    add_polls(&mut column, &seen);
    add_ends(&mut column, &seen, &ends);
    add_calls(&mut column, &account);
    let polls = seen.polls().max(1) as u64;
    column.add("processor for each poll, us", cpu_millis.map(|millis| millis * 1000 / polls));
    Ok(column)
}

/// The load, while the tasks end upstream.
async fn play(
    options: &Options,
    account: &Account,
    door: &Door,
    tasks: &[Bought],
    patience: Duration,
) -> anyhow::Result<(Seen, Vec<Ended>)> {
    let polled_for = options.polled_for();
    let ends = drive(Arc::clone(&account.sim), tasks.to_vec(), polled_for);
    let ends = account.runtime.spawn(ends);
    let connections = options.connections;
    let load = Load { door, tasks, connections, period: PERIOD, polled_for, patience };
    let seen = load.run().await?;
    Ok((seen, ends.await??))
}

fn add_polls(column: &mut Column, seen: &Seen) {
    let polls = seen.polls();
    let part = |count: usize| {
        let hundredths = count * 10_000 / polls.max(1);
        format!("{}.{:02} %", hundredths / 100, hundredths % 100)
    };
    column.add("seconds", (seen.took + Duration::from_millis(500)).as_secs());
    column.add("polls that were due", seen.due);
    column.add("polls that were made", polls);
    column.add("answered with 200", part(seen.good.len()));
    column.add("answered with 429", part(seen.throttled));
    column.add("failed", seen.failed);
    times::add(column, "a poll takes", seen.good.clone());
}

fn add_ends(column: &mut Column, seen: &Seen, ends: &[Ended]) {
    column.add("tasks that ended upstream", ends.len());
    column.add("tasks seen as finished", seen.finished.len());
    let waits = seen.finished.iter().filter_map(|(place, at)| {
        let wait = at.saturating_duration_since(ends.get(*place)?.at);
        u64::try_from(wait.as_micros()).ok()
    });
    times::add(column, "seen after its end", waits.collect());
}

fn add_calls(column: &mut Column, account: &Account) {
    for (name, verb) in [("LIST", Verb::List), ("GET", Verb::Get)] {
        let calls = calls::of(&account.sim, verb);
        column.add(&format!("upstream {name} calls"), calls.total);
        let most = format!("upstream {name}, most in one second");
        column.add(&most, calls.most_in_a_second);
        column.add(&format!("{most}, wherever it begins"), calls.most_in_any_second);
        column.add(&format!("upstream {name} refused with 429"), calls.throttled);
    }
}
