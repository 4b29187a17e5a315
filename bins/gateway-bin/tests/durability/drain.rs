//! Rounds of load and SIGTERM: whoever was heard is answered, and the process ends in time (P61).
//!
//! The signal comes at a random moment, between requests of all ages, half heads and half bodies;
//! now and then a second one comes, which is to hurry. Requests go over plain sockets, because it
//! matters whether an answer was cut or never begun.

mod traffic;

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Context as _;
use ark_sim::{Fault, Pace, Quotas, SimSettings, Verb};
use rustix::process::{Pid, Signal, kill_process};
use seedance_model::TaskId;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use crate::dice::Dice;
use crate::process::Process;
use crate::tenant_client::http_client;
use crate::verdict::Verdict;
use crate::world::World;
use crate::{books, quiet};
use traffic::{Client, Heard, half_requests};

/// Rounds on one store, before a fresh one.
const ROUNDS_PER_STORE: u64 = 50;
/// The latest signal, in milliseconds from serving.
const LATEST_MILLIS: u64 = 600;
/// No stop may take longer, whatever anybody does.
const ALWAYS: Duration = Duration::from_secs(28);
/// A stop whose slowest client is cut within a second, on a machine that has much else to do.
const PATIENT: Duration = Duration::from_secs(8);
/// What a request may have been on its way when the signal came.
const ON_ITS_WAY: Duration = Duration::from_millis(50);

/// How one round stops.
#[derive(Clone, Copy, Debug)]
struct Stop {
    /// For how long it goes on accepting.
    delay: Duration,
    /// When a second signal comes.
    hurry: Option<Duration>,
}

pub(crate) async fn run(seed: u64, rounds: u64) -> anyhow::Result<Verdict> {
    let mut dice = Dice::new(seed);
    let mut verdict = Verdict::default();
    let (mut left, mut slowest) = (rounds, Duration::ZERO);
    while left > 0 {
        let here = left.min(ROUNDS_PER_STORE);
        let (found, took) = one_store(dice.fork(), here).await?;
        verdict.absorb(found);
        slowest = slowest.max(took);
        left -= here;
    }
    verdict.add("slowest stop in ms", u64::try_from(slowest.as_millis())?);
    Ok(verdict)
}

async fn one_store(mut dice: Dice, rounds: u64) -> anyhow::Result<(Verdict, Duration)> {
    let pace = Pace { queued: Duration::from_millis(200), running: Duration::from_millis(400) };
    let settings = SimSettings { quotas: Quotas::OFF, pace, ..SimSettings::default() };
    let mut world = World::build(settings, 2).await?;
    let (mut verdict, mut slowest) = (Verdict::default(), Duration::ZERO);
    let mut promised = Vec::new();
    for round in 0..rounds {
        let delays = [0, 150, 400].map(Duration::from_millis);
        let hurry = dice.chance(20).then(|| dice.millis(400));
        let stop = Stop { delay: dice.pick(&delays).copied().unwrap_or_default(), hurry };
        let (heard, took) = one_round(&mut world, round, stop, &mut dice, &mut verdict).await?;
        promised.extend(heard.promised);
        slowest = slowest.max(took);
    }
    verdict.absorb(kept(&world, &promised).await?);
    Ok((verdict, slowest))
}

/// Start, load, one signal or two, and what everybody has heard.
async fn one_round(
    world: &mut World,
    round: u64,
    stop: Stop,
    dice: &mut Dice,
    verdict: &mut Verdict,
) -> anyhow::Result<(Heard, Duration)> {
    // A body that stalls would hold a stop for its first five seconds: only a hurry ends that.
    let body = if stop.hurry.is_some() { "20s" } else { "500ms" };
    let (delay, more) = (stop.delay.as_millis(), &mut world.more);
    *more = format!("server.drain_delay = '{delay}ms'\nserver.body_timeout = '{body}'\n");
    if stop.delay.is_zero() {
        *more = more.replace("'0ms'", "'0s'");
    }
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
    let (signalled, took) = stopped(&mut process, stop, verdict).await?;
    drop(half);
    let mut heard = Heard::default();
    while let Some(ended) = clients.join_next().await {
        heard.absorb(ended?);
    }
    judge(world, &heard, stop, signalled, verdict);
    Ok((heard, took))
}

/// Signals, and waits for the end of the process; gives when that was, and how long it took.
async fn stopped(
    process: &mut Process,
    stop: Stop,
    verdict: &mut Verdict,
) -> anyhow::Result<(Instant, Duration)> {
    let id = Pid::from_raw(i32::try_from(process.id()?)?).context("no process")?;
    let signalled = Instant::now();
    kill_process(id, Signal::TERM)?;
    if let Some(after) = stop.hurry {
        // Two signals that come before the first is handled are one.
        notices(&process.admin_url).await?;
        sleep_until(Instant::now() + after).await;
        kill_process(id, Signal::TERM)?;
    }
    let code = timeout(ALWAYS, process.exit_code()).await;
    let took = signalled.elapsed();
    verdict.add("rounds", 1);
    verdict.add("hurried", u64::from(stop.hurry.is_some()));
    verdict.require(code.is_ok(), || format!("it runs after {} s", took.as_secs()));
    verdict.require(took <= PATIENT, || format!("{stop:?} took {} ms", took.as_millis()));
    // Half a body was there: a hurry cuts it off, and without one its own deadline does.
    let due = i32::from(stop.hurry.is_some());
    let code = code.context("it does not end")??;
    verdict.require(code == Some(due), || format!("{stop:?} ended with {code:?}"));
    Ok((signalled, took))
}

/// Waits until the server has heard of the stop.
async fn notices(admin_url: &str) -> anyhow::Result<()> {
    let client = http_client()?;
    loop {
        let ready = client.get(format!("{admin_url}/readyz")).send().await?;
        if ready.status() != 200 {
            return Ok(());
        }
    }
}

/// Who was heard has an answer, unless somebody was in a hurry.
fn judge(world: &World, heard: &Heard, stop: Stop, signalled: Instant, verdict: &mut Verdict) {
    verdict.add("answered", heard.answered);
    verdict.add("unanswered", heard.cuts.len() as u64);
    for odd in &heard.odd {
        verdict.wrong(odd.clone());
    }
    if stop.hurry.is_some() {
        return;
    }
    let sold: BTreeSet<u64> = books::sold(&world.sim).iter().map(|sold| sold.order).collect();
    // What comes while it still accepts may be in the kernel only when it does not any more.
    let on_its_way = if stop.delay.is_zero() { ON_ITS_WAY } else { Duration::ZERO };
    let certain = signalled.checked_sub(on_its_way).unwrap_or(signalled);
    for cut in &heard.cuts {
        let is_sold = cut.order.is_some_and(|order| sold.contains(&order));
        verdict.require(!cut.is_partial, || format!("{stop:?}: an answer was cut"));
        verdict.require(!is_sold, || format!("{stop:?}: {:?} was bought, no answer", cut.order));
        verdict.require(cut.sent_at > certain, || {
            format!("{stop:?}: a request that was heard has no answer")
        });
    }
}

/// Everything that was acknowledged is there, and the books balance.
async fn kept(world: &World, promised: &[TaskId]) -> anyhow::Result<Verdict> {
    let process = Process::start(world).await?;
    let store = world.store().await?;
    let mut verdict = quiet::settled(&world.sim, &store).await?;
    verdict.absorb(books::balance(world, &store).await?);
    let known: BTreeSet<TaskId> = store.known_tasks(promised).await?.into_iter().collect();
    verdict.add("acknowledged", promised.len() as u64);
    for lost in promised.iter().filter(|id| !known.contains(*id)) {
        verdict.wrong(format!("{lost} was acknowledged and is lost"));
    }
    store.close().await?;
    process.kill().await?;
    Ok(verdict)
}
