//! Rounds of load and SIGKILL: what was acknowledged is never lost (P01).
//!
//! The process is killed at a random moment, sometimes before it serves at all, and started again
//! on the same store. Then every tenant asks for what it was promised.

mod clients;
mod memory;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use ark_sim::{Pace, Quotas, SimSettings};
use serde_json::json;
use tokio::task::JoinSet;

use crate::dice::Dice;
use crate::process::Process;
use crate::verdict::Verdict;
use crate::world::World;
use crate::{books, quiet};
use clients::Client;
use memory::Memory;

/// Rounds on one store, before a fresh one.
const ROUNDS_PER_STORE: u64 = 50;
/// The latest kill, in milliseconds from serving.
const LATEST_MILLIS: u64 = 600;
/// Creates on one store where the account's quotas are as measured: one LIST of 100 tasks a
/// second has to settle them.
const CREATES_WITH_QUOTAS: u64 = 400;
/// Creates on one store where they are off.
const CREATES_WITHOUT: u64 = 20_000;

pub(crate) async fn run(seed: u64, rounds: u64) -> anyhow::Result<Verdict> {
    let mut dice = Dice::new(seed);
    let mut verdict = Verdict::default();
    let mut left = rounds;
    while left > 0 {
        let here = left.min(ROUNDS_PER_STORE);
        verdict.absorb(one_store(dice.fork(), here).await?);
        left -= here;
    }
    Ok(verdict)
}

async fn one_store(mut dice: Dice, rounds: u64) -> anyhow::Result<Verdict> {
    let measured = dice.chance(25);
    let settings = SimSettings {
        quotas: if measured { Quotas::default() } else { Quotas::OFF },
        pace: Pace { queued: Duration::from_millis(400), running: Duration::from_millis(1500) },
        ..SimSettings::default()
    };
    let world = Arc::new(World::build(settings, 2).await?);
    let creates = if measured { CREATES_WITH_QUOTAS } else { CREATES_WITHOUT };
    let memory = Arc::new(Memory::new(creates));
    for _ in 0..rounds {
        round(&world, &memory, &mut dice).await.context("a round")?;
    }
    let mut verdict = end(&world, &memory).await?;
    verdict.add("rounds", rounds);
    Ok(verdict)
}

/// Start, look, load, kill.
async fn round(world: &Arc<World>, memory: &Arc<Memory>, dice: &mut Dice) -> anyhow::Result<()> {
    if dice.chance(10) {
        // Killed while it opens and recovers the store.
        let process = Process::spawn(world)?;
        pause(dice.millis(100)).await;
        process.kill().await?;
    }
    let process = Process::start(world).await?;
    memory.look_again(world, &process.url, dice).await?;
    memory.begin();
    let mut clients = JoinSet::new();
    for _ in 0..4 + dice.below(5) {
        clients.spawn(Client::new(world, memory, &process.url, dice.fork())?.work());
    }
    pause(dice.millis(LATEST_MILLIS)).await;
    process.kill().await?;
    memory.end();
    while let Some(ended) = clients.join_next().await {
        ended?;
    }
    fail_some(world, dice)?;
    Ok(())
}

/// Some of the tasks that are not finished fail, and say a usage all the same. Nobody is there to
/// see them meanwhile.
fn fail_some(world: &World, dice: &mut Dice) -> anyhow::Result<()> {
    for task in world.sim.tasks() {
        if ["queued", "running"].contains(&task.status.as_str()) && dice.chance(5) {
            world.sim.fail(&task.id, "InternalServiceError", "The service failed.")?;
            let usage = json!({"completion_tokens": 99, "total_tokens": 99});
            world.sim.set_field(&task.id, "usage", usage)?;
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
