//! Rounds of load and SIGTERM: whoever was heard is answered, and the process ends in time (P61).
//!
//! The signal comes at a random moment, between requests of all ages, half heads, half bodies and
//! connections that rest; now and then a second one comes, which is to hurry. Requests go over
//! plain sockets, because it matters whether an answer was cut or never begun: `drain/judging.rs`
//! says which is whose fault.

mod judging;
mod signals;
mod traffic;

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Context as _;
use ark_sim::{Fault, Pace, Quotas, SimSettings, Verb};
use seedance_model::TaskId;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::dice::Dice;
use crate::process::Process;
use crate::verdict::Verdict;
use crate::world::World;
use crate::{books, quiet};
use judging::judge;
use signals::{Stop, stopped};
use traffic::{Client, Heard, half_requests};

/// Rounds on one store, before a fresh one.
const ROUNDS_PER_STORE: u64 = 25;
/// The latest signal, in milliseconds from serving.
const LATEST_MILLIS: u64 = 600;

/// So many rounds, on so many gateways at a time, each with a store and an account of its own: a
/// round mostly waits.
pub(crate) async fn run(seed: u64, rounds: u64, parallel: usize) -> anyhow::Result<Verdict> {
    let mut dice = Dice::new(seed);
    let (mut verdict, mut running, mut left) = (Verdict::default(), JoinSet::new(), rounds);
    loop {
        while left > 0 && running.len() < parallel {
            let here = left.min(ROUNDS_PER_STORE);
            running.spawn(one_store(dice.fork(), here));
            left -= here;
        }
        match running.join_next().await {
            Some(ended) => verdict.absorb(ended??),
            None => return Ok(verdict),
        }
    }
}

async fn one_store(mut dice: Dice, rounds: u64) -> anyhow::Result<Verdict> {
    let pace = Pace { queued: Duration::from_millis(200), running: Duration::from_millis(400) };
    let settings = SimSettings { quotas: Quotas::OFF, pace, ..SimSettings::default() };
    let mut world = World::build(settings, 2).await?;
    let mut verdict = Verdict::default();
    let mut promised = Vec::new();
    for round in 0..rounds {
        let stop = Stop::any(&mut dice);
        let heard = one_round(&mut world, round, stop, &mut dice, &mut verdict).await?;
        promised.extend(heard.promised);
    }
    verdict.absorb(kept(&world, &promised).await?);
    Ok(verdict)
}

/// Start, load, one signal or two, and what everybody has heard.
async fn one_round(
    world: &mut World,
    round: u64,
    stop: Stop,
    dice: &mut Dice,
    verdict: &mut Verdict,
) -> anyhow::Result<Heard> {
    world.more = stop.configuration();
    let mut process = Process::start(world).await?;
    let address = process.url.trim_start_matches("http://").to_owned();
    let token = &world.customers.first().context("no tenant")?.token;
    let half = half_requests(&address, token, dice).await?;
    let mut clients = JoinSet::new();
    for number in 0..4 + dice.below(5) {
        let first_order = (round * 100 + number) * 10_000;
        clients.spawn(Client::new(world, &address, first_order, dice.fork()).work());
    }
    for _ in 0..dice.below(4) {
        let late = Fault::Delay(dice.millis(600));
        world.sim.faults().next(Verb::Create, late);
    }
    sleep_until(Instant::now() + dice.millis(LATEST_MILLIS)).await;
    let signals = stopped(&mut process, stop, verdict).await?;
    drop(half);
    let mut heard = Heard::default();
    while let Some(ended) = clients.join_next().await {
        heard.absorb(ended?);
    }
    judge(world, &heard, &signals, verdict);
    Ok(heard)
}

/// Everything that was acknowledged is there, and the books balance.
async fn kept(world: &World, promised: &[TaskId]) -> anyhow::Result<Verdict> {
    let process = Process::start(world).await?;
    let store = world.store().await?;
    let mut verdict = quiet::settled(&world.sim, &store).await?;
    verdict.absorb(books::balance(world, &store).await?);
    let known: BTreeSet<TaskId> = store.known_tasks(promised).await?.into_iter().collect();
    let lost: Vec<&TaskId> = promised.iter().filter(|id| !known.contains(*id)).collect();
    verdict.add("acknowledged", promised.len() as u64);
    verdict.add("lost", lost.len() as u64);
    for lost in lost {
        verdict.wrong(format!("{lost} was acknowledged and is lost"));
    }
    store.close().await?;
    process.kill().await?;
    Ok(verdict)
}
