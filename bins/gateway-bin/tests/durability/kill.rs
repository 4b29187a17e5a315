//! Rounds of load and SIGKILL: what was acknowledged is never lost (P01).
//!
//! The process is killed at a random moment, sometimes before it serves at all, and started again
//! on the same store. Then every tenant asks for what it was promised. On PostgreSQL several
//! processes serve one store, and one of them may outlive the other.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use ark_sim::{Pace, Quotas, SimSettings};
use serde_json::json;
use tokio::task::JoinSet;

use crate::clients::Client;
use crate::dice::Dice;
use crate::fleet::Fleet;
use crate::memory::Memory;
use crate::postgres::Postgres;
use crate::process::Process;
use crate::verdict::Verdict;
use crate::world::World;
use crate::{books, quiet};

/// Rounds on one store, before a fresh one.
const ROUNDS_PER_STORE: u64 = 50;
/// The latest kill, in milliseconds from serving.
const LATEST_MILLIS: u64 = 600;
/// Creates on one store where the account's quotas are as measured: one LIST of 100 tasks a
/// second has to settle them.
const CREATES_WITH_QUOTAS: u64 = 400;
/// Creates on one store where they are off.
const CREATES_WITHOUT: u64 = 20_000;

/// On a file, which one gateway serves.
pub(crate) async fn run(seed: u64, rounds: u64) -> anyhow::Result<Verdict> {
    on(None, seed, rounds).await
}

/// On PostgreSQL, which one or two gateways serve: often one of them goes on.
pub(crate) async fn on_postgres(seed: u64, rounds: u64) -> anyhow::Result<Verdict> {
    match Postgres::find("kill-pg").await? {
        Some(database) => on(Some(&database), seed, rounds).await,
        None => Ok(Verdict::default()),
    }
}

async fn on(database: Option<&Postgres>, seed: u64, rounds: u64) -> anyhow::Result<Verdict> {
    let mut dice = Dice::new(seed);
    let mut verdict = Verdict::default();
    let mut left = rounds;
    while left > 0 {
        let here = left.min(ROUNDS_PER_STORE);
        verdict.absorb(one_store(database, dice.fork(), here).await?);
        left -= here;
    }
    Ok(verdict)
}

async fn one_store(
    database: Option<&Postgres>,
    mut dice: Dice,
    rounds: u64,
) -> anyhow::Result<Verdict> {
    let measured = dice.chance(25);
    let settings = SimSettings {
        quotas: if measured { Quotas::default() } else { Quotas::OFF },
        pace: Pace { queued: Duration::from_millis(400), running: Duration::from_millis(1500) },
        ..SimSettings::default()
    };
    let (server, most) = match database {
        Some(database) => (Some(database.create().await?), 2),
        None => (None, 1),
    };
    let world = Arc::new(World::on(server, settings, 2).await?);
    let creates = if measured { CREATES_WITH_QUOTAS } else { CREATES_WITHOUT };
    let memory = Arc::new(Memory::new(creates));
    let mut fleet = Fleet::new(&world);
    for _ in 0..rounds {
        round(&world, &mut fleet, most, &memory, &mut dice).await.context("a round")?;
    }
    fleet.kill_all().await?;
    let mut verdict = end(&world, &memory).await?;
    verdict.add("rounds", rounds);
    Ok(verdict)
}

/// Start, look, load, kill.
async fn round(
    world: &Arc<World>,
    fleet: &mut Fleet,
    most: usize,
    memory: &Arc<Memory>,
    dice: &mut Dice,
) -> anyhow::Result<()> {
    fleet.grow(1 + dice.place(most), dice).await?;
    memory.look_again(world, fleet.any_url(dice), dice).await?;
    memory.begin();
    let mut clients = JoinSet::new();
    for _ in 0..4 + dice.below(5) {
        clients.spawn(Client::new(world, memory, fleet.any_url(dice), dice.fork())?.work());
    }
    pause(dice.millis(LATEST_MILLIS)).await;
    fleet.kill_some(dice).await?;
    memory.end();
    while let Some(ended) = clients.join_next().await {
        ended?;
    }
    fail_some(world, dice)?;
    Ok(())
}

/// Some of the tasks that are not finished fail, and say a usage all the same.
fn fail_some(world: &World, dice: &mut Dice) -> anyhow::Result<()> {
    for task in world.sim.tasks() {
        if ["queued", "running"].contains(&task.status.as_str()) && dice.chance(5) {
            let usage = json!({"completion_tokens": 99, "total_tokens": 99});
            world.sim.set_field(&task.id, "usage", usage)?;
            world.sim.fail(&task.id, "InternalServiceError", "The service failed.")?;
        }
    }
    Ok(())
}

/// Heals, waits until nothing moves, and checks everything.
async fn end(world: &Arc<World>, memory: &Memory) -> anyhow::Result<Verdict> {
    let process = Process::start(world).await?;
    let store = world.store().await?;
    let mut verdict = quiet::settled(&world.sim, &store).await?;
    verdict.absorb(books::balance(world, &store).await?);
    store.close().await?;
    verdict.absorb(memory.everything(world, &process.url).await?);
    process.kill().await?;
    Ok(verdict)
}

#[expect(clippy::disallowed_methods, reason = "the random time until the kill is the point")]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
