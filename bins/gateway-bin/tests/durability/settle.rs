//! Settlements under faults: each success is charged exactly once (P03, P05).
//!
//! Lists that repeat themselves, hold strangers, break off or fail; tenants whose GETs race the
//! watcher; deletes; and a SIGKILL in the middle of every batch.

use std::sync::Arc;
use std::time::Duration;

use ark_sim::{Damage, Fault, ListOddity, Pace, Quotas, Sim, SimSettings, Verb};
use serde_json::json;
use tokio::task::JoinSet;

use crate::dice::Dice;
use crate::orders::Order;
use crate::process::Process;
use crate::tenant_client::{TenantClient, http_client};
use crate::verdict::Verdict;
use crate::world::World;
use crate::{books, quiet};

/// Tasks between two kills.
const BATCH: u64 = 2_000;
/// Creates, and later readers, at the same time.
const CLIENTS: u64 = 32;
/// Readers that race the watcher.
const READERS: u64 = 4;
/// The latest kill after the tasks of a batch have ended, in milliseconds.
const LATEST_MILLIS: u64 = 1_500;

pub(crate) async fn run(seed: u64, count: u64) -> anyhow::Result<Verdict> {
    let mut dice = Dice::new(seed);
    let settings = SimSettings {
        quotas: Quotas::OFF,
        pace: Pace::HELD,
        record_calls: 1_000,
        ..Default::default()
    };
    let world = Arc::new(World::build(settings, 2).await?);
    let mut left = count;
    while left > 0 {
        let batch = left.min(BATCH);
        one_batch(&world, &mut dice, count - left, batch).await?;
        left -= batch;
    }
    world.sim.faults().clear();
    let process = Process::start(&world).await?;
    let store = world.store().await?;
    let mut verdict = Verdict::default();
    verdict.add("settlements", count);
    verdict.absorb(quiet::settled(&world.sim, &store).await?);
    verdict.absorb(books::balance(&world, &store).await?);
    let twice = store.ledger_totals().await?.entries;
    verdict.add("ledger rows", twice);
    store.close().await?;
    process.kill().await?;
    Ok(verdict)
}

/// Creates, ends all tasks, lets tenants and watcher race, and kills the server meanwhile.
async fn one_batch(
    world: &Arc<World>,
    dice: &mut Dice,
    first: u64,
    batch: u64,
) -> anyhow::Result<()> {
    world.sim.faults().clear();
    let process = Process::start(world).await?;
    let ids = create(world, &process.url, dice, first, batch).await?;
    plan_faults(&world.sim, dice);
    for (_, id) in &ids {
        end_task(&world.sim, id, dice)?;
    }
    let ids = Arc::new(ids);
    let mut readers = JoinSet::new();
    for _ in 0..READERS {
        readers.spawn(race(Arc::clone(world), process.url.clone(), Arc::clone(&ids), dice.fork()));
    }
    pause(dice.millis(LATEST_MILLIS)).await;
    process.kill().await?;
    while readers.join_next().await.is_some() {}
    Ok(())
}

/// Creates a batch; gives tenant and id of each task.
async fn create(
    world: &Arc<World>,
    url: &str,
    dice: &mut Dice,
    first: u64,
    batch: u64,
) -> anyhow::Result<Vec<(usize, String)>> {
    let http = http_client()?;
    let mut creating = JoinSet::new();
    for client in 0..CLIENTS {
        let (mut dice, world) = (dice.fork(), Arc::clone(world));
        let (http, url) = (http.clone(), url.to_owned());
        creating.spawn(async move {
            let mut ids = Vec::new();
            for number in (first + client..first + batch).step_by(usize::try_from(CLIENTS)?) {
                let tenant = dice.place(world.customers.len());
                let order = Order::new(number, tenant, &mut dice, true);
                let Some(customer) = world.customers.get(tenant) else { continue };
                let answer = TenantClient::new(&http, &url, customer).create(&order).await?;
                let id = answer.created().ok_or_else(|| anyhow::anyhow!("create: {answer:?}"))?;
                ids.push((tenant, id.to_owned()));
            }
            anyhow::Ok(ids)
        });
    }
    let mut ids = Vec::new();
    while let Some(created) = creating.join_next().await {
        ids.extend(created??);
    }
    Ok(ids)
}

/// Most tasks succeed; some fail and say a usage all the same; some succeed with nonsense.
fn end_task(sim: &Sim, id: &str, dice: &mut Dice) -> anyhow::Result<()> {
    match dice.below(100) {
        0..90 => sim.succeed(id)?,
        90..97 => {
            let usage = json!({"completion_tokens": 99, "total_tokens": 99});
            sim.set_field(id, "usage", usage)?;
            sim.fail(id, "InternalServiceError", "The service failed.")?;
        }
        _ => {
            let nonsense = [json!(0), json!(-5), json!("many"), json!(null)];
            sim.set_usage(id, dice.pick(&nonsense).cloned().unwrap_or_default())?;
            sim.succeed(id)?;
        }
    }
    Ok(())
}

/// Every third look of the watcher and every fifth GET go wrong in some way.
fn plan_faults(sim: &Sim, dice: &mut Dice) {
    let lists = vec![
        Fault::OddList(ListOddity::Duplicates),
        Fault::OddList(ListOddity::ForeignTasks(7)),
        Fault::OddList(ListOddity::Overlap),
        Fault::OddList(ListOddity::ChangingTotal),
        Fault::OddList(ListOddity::UnreadableItems),
        Fault::CommitThen(Damage::CloseMidBody),
        Fault::CommitThen(Damage::TruncateByOne),
        Fault::CommitThen(Damage::GarbageJson),
        Fault::CommitThen(Damage::Delay(Duration::from_millis(50))),
        Fault::status(500),
        Fault::status(429),
    ];
    let gets = vec![
        Fault::CommitThen(Damage::CloseBeforeHeaders),
        Fault::CommitThen(Damage::Reset),
        Fault::CommitThen(Damage::WrongTypes),
        Fault::CommitThen(Damage::Delay(Duration::from_millis(30))),
        Fault::status(503),
    ];
    sim.faults().sometimes(Verb::List, 330, dice.roll(), lists);
    sim.faults().sometimes(Verb::Get, 200, dice.roll(), gets);
}

/// Asks for random tasks of the batch, and deletes a few, until the server is gone.
async fn race(
    world: Arc<World>,
    url: String,
    ids: Arc<Vec<(usize, String)>>,
    mut dice: Dice,
) -> anyhow::Result<()> {
    let http = http_client()?;
    loop {
        let Some((tenant, id)) = dice.pick(&ids) else { return Ok(()) };
        let Some(customer) = world.customers.get(*tenant) else { return Ok(()) };
        let client = TenantClient::new(&http, &url, customer);
        if dice.chance(5) {
            client.delete(id).await?;
        } else {
            client.get(id).await?;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the random time until the kill is the point")]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
