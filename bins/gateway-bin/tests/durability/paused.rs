//! One of two gateways stands still for longer than all its claims and leads last, or is killed;
//! the other one takes over its work. The first one wakes up later, in the middle of whatever it
//! did, and does no harm.
//!
//! Several stores are played at the same time, because most of the time is waiting.

mod takeover;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use ark_sim::{Damage, Fault, Pace, SimSettings, Verb};
use tenancy::Store;
use tokio::task::JoinSet;

use crate::awake::Awake;
use crate::clients::Client;
use crate::dice::Dice;
use crate::fleet::Fleet;
use crate::memory::Memory;
use crate::postgres::Postgres;
use crate::verdict::Verdict;
use crate::world::World;
use crate::{books, quiet};
use takeover::Takeover;

/// Stores at the same time.
const AT_ONCE: u64 = 4;
/// Creates in one round: the account's one LIST a second has to follow them.
const CREATES: u64 = 40;
/// Clients at each gateway.
const CLIENTS: usize = 2;
/// How long a gateway stands still at least: longer than claims and leads last.
const STANDSTILL: Duration = Duration::from_secs(32);
/// The database ends what a gateway has left open after 10 seconds; until then its locks may be
/// in the way, and whoever meets one is refused after 2 seconds.
const LOCKED: Duration = Duration::from_secs(13);
/// Polls of a hundred that may be refused.
const MOST_REFUSED_PERCENT: u64 = 5;
/// How long a gateway that woke up may refuse what it was asked before.
const WAKING: Duration = Duration::from_secs(3);

pub(crate) async fn run(seed: u64, rounds: u64) -> anyhow::Result<Verdict> {
    let mut verdict = Verdict::default();
    let Some(database) = Postgres::find("paused").await? else { return Ok(verdict) };
    let mut dice = Dice::new(seed);
    let mut stores = JoinSet::new();
    for number in 0..AT_ONCE.min(rounds) {
        let here = rounds / AT_ONCE + u64::from(number < rounds % AT_ONCE);
        stores.spawn(one_store(database.create().await?, dice.fork(), here));
    }
    while let Some(ended) = stores.join_next().await {
        verdict.absorb(ended??);
    }
    verdict.add("rounds", rounds);
    Ok(verdict)
}

async fn one_store(server: String, dice: Dice, rounds: u64) -> anyhow::Result<Verdict> {
    let settings = SimSettings { pace: Pace::HELD, ..SimSettings::default() };
    let world = World::on(Some(server), settings, 2).await?.looking_as_usual();
    let world = Arc::new(world);
    let mut bench = Bench {
        store: world.store().await?,
        fleet: Fleet::new(&world),
        memory: Arc::new(Memory::new(0)),
        verdict: Verdict::default(),
        world,
        dice,
        refused: 0,
    };
    for round in 0..rounds {
        bench.round().await.with_context(|| format!("round {round}"))?;
    }
    bench.end().await
}

/// One store with two gateways, and our own handle on it.
struct Bench {
    world: Arc<World>,
    store: Store,
    fleet: Fleet,
    memory: Arc<Memory>,
    dice: Dice,
    verdict: Verdict,
    /// Calls that the account has refused so far.
    refused: u64,
}

impl Bench {
    /// Load, standstill or death, takeover, and perhaps an awakening.
    async fn round(&mut self) -> anyhow::Result<()> {
        self.fleet.fill().await?;
        self.slow_account_down();
        self.memory.allow(CREATES);
        self.memory.begin();
        let mut clients = self.clients()?;
        pause(Duration::from_secs(1) + self.dice.millis(2_000)).await;
        self.count_refusals("while both ran");
        let (victim, dies) = (self.dice.place(2), self.dice.chance(30));
        self.memory.weather.breaks();
        if dies {
            self.fleet.kill(victim).await?;
        } else {
            self.fleet.at(victim)?.stop()?;
        }
        let standstill = STANDSTILL + self.dice.millis(4_000);
        self.takeover(standstill).await?;
        self.count_refusals("while one ran");
        if !dies {
            self.memory.weather.breaks();
            self.fleet.at(victim)?.carry_on()?;
            self.verdict.add("awakenings", 1);
        }
        pause(WAKING).await;
        self.memory.weather.clears();
        pause(self.dice.millis(2_000)).await;
        self.count_refusals("after waking");
        self.memory.end();
        while let Some(ended) = clients.join_next().await {
            ended?;
        }
        self.check_gateways(if dies { Some(victim) } else { None }).await
    }

    fn clients(&mut self) -> anyhow::Result<JoinSet<()>> {
        let mut clients = JoinSet::new();
        for url in self.fleet.urls() {
            for _ in 0..CLIENTS {
                let dice = self.dice.fork();
                clients.spawn(Client::new(&self.world, &self.memory, &url, dice)?.work());
            }
        }
        Ok(clients)
    }

    /// Answers take a while, so that a standstill begins in the middle of a call. Creates take a
    /// while to arrive, too; a poll that did would come in another second than it was made for.
    fn slow_account_down(&mut self) {
        let (faults, before) = (self.world.sim.faults(), Fault::Delay(self.dice.millis(500)));
        let after = Fault::CommitThen(Damage::Delay(self.dice.millis(500)));
        faults.clear();
        faults.sometimes(Verb::Create, 700, self.dice.roll(), vec![before, after.clone()]);
        for verb in [Verb::List, Verb::Get] {
            faults.sometimes(verb, 700, self.dice.roll(), vec![after.clone()]);
        }
    }

    /// All tasks end upstream, and one gateway alone sees to everything for so long.
    async fn takeover(&mut self, standstill: Duration) -> anyhow::Result<()> {
        let mut awake = Awake::begin();
        let mut takeover = Takeover::begin(&self.world, &self.store, &self.memory).await?;
        let mut time = Duration::ZERO;
        while time < standstill || !takeover.is_over(time) {
            time = awake.look().await;
            if time > LOCKED {
                self.memory.weather.clears();
            }
            if self.dice.chance(20) {
                // There is always something to look at.
                self.memory.allow(1);
            }
            takeover.look(&self.world, &self.store, time).await?;
        }
        takeover.judge(&mut self.verdict);
        Ok(())
    }

    /// What the account refused since it was counted last.
    fn count_refusals(&mut self, when: &str) {
        let sim = &self.world.sim;
        let refused = sim.throttled(Verb::List) + sim.throttled(Verb::Get);
        let new = refused - std::mem::replace(&mut self.refused, refused);
        self.verdict.add(&format!("429 {when}"), new);
    }

    /// A 429 asks for a pause, which harms nobody. A machine that is busy makes some calls late,
    /// and so does a gateway that stood still with a call on its way; gateways that did not share
    /// a quota would be refused half of their calls.
    fn check_quota(&mut self) {
        let sim = &self.world.sim;
        let (polls, refused) = (sim.count(Verb::List) + sim.count(Verb::Get), self.refused);
        self.verdict.add("polls", polls as u64);
        let is_kept = refused * 100 <= polls as u64 * MOST_REFUSED_PERCENT;
        self.verdict.require(is_kept, || format!("{refused} of {polls} polls were refused"));
    }

    /// Everything that should run does, and shows what was promised.
    async fn check_gateways(&mut self, dead: Option<usize>) -> anyhow::Result<()> {
        for place in (0..2).filter(|place| dead != Some(*place)) {
            let process = self.fleet.at(place)?;
            let (runs, url) = (process.runs()?, process.url.clone());
            self.verdict.require(runs, || format!("gateway {place} ended by itself"));
            self.memory.look_again(&self.world, &url, &mut self.dice).await?;
        }
        Ok(())
    }

    /// Heals, waits until nothing moves, and checks everything.
    async fn end(mut self) -> anyhow::Result<Verdict> {
        self.check_quota();
        let sim = &self.world.sim;
        sim.faults().clear();
        self.fleet.fill().await?;
        takeover::succeed(sim, |_| true)?;
        let mut verdict = self.verdict;
        verdict.absorb(quiet::settled(sim, &self.store).await?);
        verdict.absorb(books::balance(&self.world, &self.store).await?);
        let url = self.fleet.any_url(&mut self.dice).to_owned();
        verdict.absorb(self.memory.everything(&self.world, &url).await?);
        self.fleet.kill_all().await?;
        self.store.close().await?;
        Ok(verdict)
    }
}

#[expect(clippy::disallowed_methods, reason = "the random time until the standstill is the point")]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
