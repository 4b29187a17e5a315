//! Two gateways that share the watching look at each task as often as it is due, and not twice.
//!
//! The account has no quota here, because a quota would hide what is looked at twice. Whose look it
//! was is told by the simulator's own record.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use ark_sim::{Call, Pace, Quotas, Sim, SimSettings, Verb};
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep_until};

use crate::dice::Dice;
use crate::fleet::Fleet;
use crate::orders::Order;
use crate::postgres::Postgres;
use crate::tenant_client::{TenantClient, http_client};
use crate::verdict::Verdict;
use crate::world::{World, is_of_second};

/// Live tasks: as many as one LIST asks for, or fewer, so that no pages are read.
const TASKS: u64 = 90;
/// The pause between two looks at one task, in milliseconds; see `World::looking_as_usual`.
const DUE_AFTER: i64 = 1_000;
/// Looks of a hundred that may be made twice.
const MOST_DOUBLE_PERCENT: u64 = 2;
/// Until everything goes its way: a first look at each task, and a clock that is followed.
const RUN_UP: Duration = Duration::from_secs(3);
/// A tenant polls each of its tasks once in this time.
const POLL: Duration = Duration::from_secs(1);

/// What was looked at in one run.
#[derive(Debug, Default)]
struct Found {
    looks: u64,
    double: u64,
    of_second: u64,
    calls: u64,
}

pub(crate) async fn run(seed: u64, seconds: u64) -> anyhow::Result<Verdict> {
    let mut verdict = Verdict::default();
    let Some(database) = Postgres::find("shared").await? else { return Ok(verdict) };
    let mut dice = Dice::new(seed);
    for (gateways, name) in [(1, "one"), (2, "two")] {
        let found = watched(&database, gateways, seconds, &mut dice).await?;
        verdict.add(&format!("looks of {name}"), found.looks);
        verdict.add(&format!("double looks of {name}"), found.double);
        verdict.add(&format!("calls of {name}"), found.calls);
        verdict.require(found.looks >= TASKS * seconds / 4, || format!("{name}: {found:?}"));
        verdict.require(found.double * 100 < found.looks * MOST_DOUBLE_PERCENT, || {
            format!("{name} of them looked at tasks that were not due: {found:?}")
        });
        let has_second = (found.of_second > 0) == (gateways == 2);
        verdict.require(has_second, || format!("{name} of them looked: {found:?}"));
    }
    Ok(verdict)
}

/// So many gateways watch the tasks for so long.
async fn watched(
    database: &Postgres,
    gateways: usize,
    seconds: u64,
    dice: &mut Dice,
) -> anyhow::Result<Found> {
    let settings = SimSettings {
        quotas: Quotas::OFF,
        pace: Pace::HELD,
        record_calls: 1_000_000,
        ..SimSettings::default()
    };
    let world = World::on(Some(database.create().await?), settings, 1).await?.looking_as_usual();
    let world = Arc::new(world);
    let mut fleet = Fleet::new(&world);
    fleet.grow(gateways, dice).await?;
    let ids = Arc::new(bought(&world, &fleet, dice).await?);
    let mut polling = JoinSet::new();
    for url in fleet.urls() {
        polling.spawn(poll(Arc::clone(&world), url, Arc::clone(&ids)));
    }
    pause(RUN_UP).await;
    let begun = world.sim.clock().now_ms();
    pause(Duration::from_secs(seconds)).await;
    polling.shutdown().await;
    fleet.kill_all().await?;
    Ok(looks(&world.sim, begun))
}

async fn bought(world: &World, fleet: &Fleet, dice: &mut Dice) -> anyhow::Result<Vec<String>> {
    let (http, mut ids) = (http_client()?, Vec::new());
    let customer = world.customers.first().context("there is one")?;
    for number in 0..TASKS {
        let client = TenantClient::new(&http, fleet.any_url(dice), customer);
        let answer = client.create(&Order::new(number, 0, dice, true)).await?;
        ids.push(answer.created().with_context(|| format!("create: {answer:?}"))?.to_owned());
    }
    Ok(ids)
}

/// A tenant asks one gateway for all tasks, again and again.
async fn poll(world: Arc<World>, url: String, ids: Arc<Vec<String>>) -> anyhow::Result<()> {
    let customer = world.customers.first().context("there is one")?;
    let client = TenantClient::new(&http_client()?, &url, customer);
    let mut rounds = interval(POLL);
    loop {
        rounds.tick().await;
        for id in ids.iter() {
            client.get(id).await?;
        }
    }
}

/// The looks since `begun`. One is double that comes before the task was due again.
fn looks(sim: &Sim, begun: i64) -> Found {
    let mut found = Found::default();
    let mut last: BTreeMap<String, i64> = BTreeMap::new();
    for call in sim.calls() {
        let ids = looked_at(&call);
        let counts = call.at_ms >= begun && !ids.is_empty();
        found.calls += u64::from(counts);
        for id in ids {
            let before = last.insert(id, call.at_ms);
            if counts {
                found.looks += 1;
                found.of_second += u64::from(is_of_second(&call));
                let is_double = before.is_some_and(|before| call.at_ms < before + DUE_AFTER);
                found.double += u64::from(is_double);
            }
        }
    }
    found
}

/// The tasks that a call asks for.
fn looked_at(call: &Call) -> Vec<String> {
    if call.verb == Verb::Get {
        return call.path.rsplit('/').next().map(str::to_owned).into_iter().collect();
    }
    let names = call.query.split('&').filter(|_| call.verb == Verb::List);
    names.filter_map(|pair| pair.strip_prefix("filter.task_ids=")).map(str::to_owned).collect()
}

async fn pause(time: Duration) {
    sleep_until(Instant::now() + time).await;
}
