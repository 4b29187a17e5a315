//! PostgreSQL killed under load and started again (P01, P13): two gateways stay up, refuse creates
//! before anything goes upstream while it is gone, and go on by themselves once it is back.

mod crash;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use ark_sim::{Pace, Quotas, SimSettings, Verb};
use futures_util::future::join_all;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval};

use crate::clients::{Client, place};
use crate::cluster::Cluster;
use crate::dice::Dice;
use crate::fleet::Fleet;
use crate::memory::Memory;
use crate::orders::origin;
use crate::tenant_client::{TenantClient, http_client};
use crate::verdict::Verdict;
use crate::world::World;
use crate::{books, postgres, quiet};

/// Rounds on one store, before a fresh one.
const ROUNDS_PER_STORE: u64 = 25;
/// The latest crash, in milliseconds from the first request.
const LATEST_MILLIS: u64 = 600;
/// How long the server stays away, in milliseconds: mostly, and now and then.
const SHORT_OUTAGE: u64 = 1_500;
const LONG_OUTAGE: u64 = 10_000;
/// How long a gateway may refuse creates after the server's return.
const RECOVERY: Duration = Duration::from_secs(5);
/// Between two attempts to create something after the server's return.
const ATTEMPT: Duration = Duration::from_millis(50);
/// Creates on one store.
const CREATES: u64 = 20_000;

pub(crate) async fn run(seed: u64, rounds: u64) -> anyhow::Result<Verdict> {
    let mut dice = Dice::new(seed);
    let mut verdict = Verdict::default();
    let Some(mut cluster) = postgres::own("postmaster").await? else { return Ok(verdict) };
    let mut left = rounds;
    while left > 0 {
        let here = left.min(ROUNDS_PER_STORE);
        let mut bench = Bench::build(cluster, dice.fork()).await?;
        for round in 0..here {
            bench.round().await.with_context(|| format!("round {round}"))?;
        }
        verdict.absorb(bench.end().await?);
        cluster = bench.cluster;
        left -= here;
    }
    verdict.add("rounds", rounds);
    Ok(verdict)
}

/// One store with two gateways.
struct Bench {
    cluster: Cluster,
    world: Arc<World>,
    memory: Arc<Memory>,
    fleet: Fleet,
    dice: Dice,
    verdict: Verdict,
}

impl Bench {
    async fn build(cluster: Cluster, dice: Dice) -> anyhow::Result<Self> {
        let settings = SimSettings {
            quotas: Quotas::OFF,
            pace: Pace { queued: Duration::from_millis(400), running: Duration::from_millis(1500) },
            ..SimSettings::default()
        };
        let server = postgres::create(&cluster.url("postgres")).await?;
        let world = Arc::new(World::on(Some(server), settings, 2).await?);
        let mut fleet = Fleet::new(&world);
        fleet.fill().await?;
        let (memory, verdict) = (Arc::new(Memory::new(CREATES)), Verdict::default());
        Ok(Self { cluster, world, memory, fleet, dice, verdict })
    }

    /// Load, crash, refusals, return, recovery.
    async fn round(&mut self) -> anyhow::Result<()> {
        self.memory.begin();
        let mut clients = JoinSet::new();
        for _ in 0..4 + self.dice.below(5) {
            let (dice, url) = (self.dice.fork(), self.fleet.any_url(&mut self.dice));
            clients.spawn(Client::new(&self.world, &self.memory, url, dice)?.work());
        }
        pause(self.dice.millis(LATEST_MILLIS)).await;
        self.memory.weather.breaks();
        crash::kill(self.cluster.postmaster()?, self.dice.chance(50)).await?;
        self.refuse().await?;
        let outage = if self.dice.chance(10) { LONG_OUTAGE } else { SHORT_OUTAGE };
        pause(self.dice.millis(outage)).await;
        self.cluster.up().await?;
        self.recover().await?;
        self.memory.weather.clears();
        pause(self.dice.millis(LATEST_MILLIS)).await;
        self.memory.end();
        while let Some(ended) = clients.join_next().await {
            ended?;
        }
        for place in 0..2 {
            let runs = self.fleet.at(place)?.runs()?;
            self.verdict.require(runs, || format!("gateway {place} did not outlive the crash"));
        }
        let url = self.fleet.any_url(&mut self.dice).to_owned();
        self.memory.look_again(&self.world, &url, &mut self.dice).await
    }

    /// The sides of all tenants at each gateway.
    fn tenants(&self) -> anyhow::Result<Vec<Vec<TenantClient>>> {
        let http = http_client()?;
        let at = |url: &String| {
            let customers = self.world.customers.iter();
            customers.map(|customer| TenantClient::new(&http, url, customer)).collect()
        };
        Ok(self.fleet.urls().iter().map(at).collect())
    }

    /// The server is gone: every create is 503, and nothing of it arrives upstream.
    async fn refuse(&mut self) -> anyhow::Result<()> {
        let mut numbers = Vec::new();
        for tenants in self.tenants()? {
            let order = self.memory.new_order(&mut self.dice, tenants.len());
            let client = tenants.get(order.tenant).context("the order is of another tenant")?;
            let begun = Instant::now();
            let status = place(&self.memory, client, &order).await;
            let is_refused = status == Some(503);
            self.verdict.require(is_refused, || format!("without a database: {status:?}"));
            self.verdict.add("creates refused", u64::from(is_refused));
            self.verdict.most("ms to a refusal", millis(begun.elapsed()));
            numbers.push(order.number);
        }
        let calls = self.world.sim.calls().into_iter().filter(|call| call.verb == Verb::Create);
        let sent: Vec<u64> = calls.filter_map(|call| Some(origin(&call.json())?.0)).collect();
        let leaked = numbers.iter().filter(|number| sent.contains(number)).count();
        self.verdict.require(leaked == 0, || format!("{leaked} creates went upstream unrecorded"));
        Ok(())
    }

    /// The server is back: every gateway creates again, soon and without being started again.
    async fn recover(&mut self) -> anyhow::Result<()> {
        let begun = Instant::now();
        let tenants = self.tenants()?;
        let recoveries = tenants.iter().map(|tenants| {
            let (memory, mut dice) = (Arc::clone(&self.memory), self.dice.fork());
            async move {
                let mut attempts = interval(ATTEMPT);
                loop {
                    attempts.tick().await;
                    let order = memory.new_order(&mut dice, tenants.len());
                    let Some(client) = tenants.get(order.tenant) else { continue };
                    if place(&memory, client, &order).await == Some(200)
                        || begun.elapsed() > 4 * RECOVERY
                    {
                        return begun.elapsed();
                    }
                }
            }
        });
        for took in join_all(recoveries).await {
            self.verdict.most("ms to the first create", millis(took));
            self.verdict.require(took <= RECOVERY, || format!("a gateway was away for {took:?}"));
        }
        Ok(())
    }

    /// Waits until nothing moves, and checks everything.
    async fn end(&mut self) -> anyhow::Result<Verdict> {
        let mut verdict = std::mem::take(&mut self.verdict);
        let store = self.world.store().await?;
        verdict.absorb(quiet::settled(&self.world.sim, &store).await?);
        verdict.absorb(books::balance(&self.world, &store).await?);
        store.close().await?;
        let url = self.fleet.any_url(&mut self.dice).to_owned();
        verdict.absorb(self.memory.everything(&self.world, &url).await?);
        self.fleet.kill_all().await?;
        Ok(verdict)
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[expect(clippy::disallowed_methods, reason = "the random time until the crash is the point")]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
