//! Success, look, DELETE and kill in all 24 orders, each twice: with a DELETE that is over before
//! the next event, and with one that is on its way upstream until all events are over (P12).
//!
//! The places of look and kill are common to the tasks of one group, because a look sees all of
//! them and a kill hits all of them; so twelve groups have all orders. The simulator's clock stands
//! still, the tasks move when they are told to, and the watcher is blind but for its one look.

mod course;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use ark_sim::{Fault, Gate, Pace, Quotas, SimClock, SimSettings, Verb};
use gateway::Clock;
use reqwest::Client;
use tokio::time::interval;

use crate::dice::Dice;
use crate::orders::Order;
use crate::process::Process;
use crate::tenant_client::{TenantClient, http_client};
use crate::verdict::Verdict;
use crate::world::{Customer, UPSTREAM, World, now};
use course::{Course, Event};

/// The pause between two glances at something that happens elsewhere.
const GLANCE: Duration = Duration::from_millis(10);
/// Longer than a claim on a task, or than a task may be gone before it is given up.
const LEAP: Duration = Duration::from_mins(2);

pub(crate) async fn run(seed: u64, rounds: u64) -> anyhow::Result<Verdict> {
    let mut dice = Dice::new(seed);
    let mut verdict = Verdict::default();
    for _ in 0..rounds {
        verdict.absorb(round(&mut dice).await?);
    }
    Ok(verdict)
}

/// All orders on one store.
async fn round(dice: &mut Dice) -> anyhow::Result<Verdict> {
    let settings = SimSettings {
        quotas: Quotas::OFF,
        pace: Pace::HELD,
        clock: SimClock::manual(now().0),
        ..SimSettings::default()
    };
    let mut stage = Stage::build(World::build(settings, 1).await?).await?;
    let mut courses = Vec::new();
    for mut group in course::groups() {
        stage.play(&mut group, dice).await.with_context(|| format!("{:?}", group[0].order))?;
        courses.append(&mut group);
    }
    stage.end(&courses).await
}

/// What the watcher's LIST is answered with while it is not to see anything: a refusal, after
/// which it tries again at once.
fn blindness() -> Fault {
    Fault::refusal(400, "InvalidParameter", "Not now.")
}

/// A world with a gateway that can be killed.
struct Stage {
    world: Arc<World>,
    customer: Customer,
    http: Client,
    process: Process,
    orders: u64,
}

impl Stage {
    async fn build(world: World) -> anyhow::Result<Self> {
        let world = Arc::new(world);
        let customer = world.customers.first().context("there is one")?.clone();
        world.sim.faults().always(Verb::List, blindness());
        let process = Process::start(&world).await?;
        Ok(Self { world, customer, http: http_client()?, process, orders: 0 })
    }

    fn tenant(&self) -> TenantClient {
        TenantClient::new(&self.http, &self.process.url, &self.customer)
    }

    /// Plays a group of orders that have look and kill in common.
    async fn play(&mut self, group: &mut [Course], dice: &mut Dice) -> anyhow::Result<()> {
        for course in group.iter_mut() {
            let order = Order::new(self.orders, 0, dice, true);
            self.orders += 1;
            let answer = self.tenant().create(&order).await?;
            answer.created().with_context(|| format!("{answer:?}"))?.clone_into(&mut course.id);
        }
        let gate = Gate::closed();
        for place in 0..4 {
            for course in group.iter_mut() {
                match course.order.get(place) {
                    Some(Event::Succeed) => self.succeed(course)?,
                    Some(Event::Delete) => self.delete(course, &gate).await?,
                    Some(Event::Look | Event::Kill) | None => {}
                }
            }
            match group[0].order.get(place) {
                Some(Event::Look) => self.look(group).await?,
                Some(Event::Kill) => self.kill().await?,
                Some(Event::Succeed | Event::Delete) | None => {}
            }
        }
        gate.open();
        self.heard_out().await;
        for course in group {
            self.hear(course).await?;
        }
        Ok(())
    }

    /// The task succeeds, unless it was cancelled before.
    fn succeed(&self, course: &Course) -> anyhow::Result<()> {
        let task = self.world.sim.task(&course.id).context("it was bought")?;
        if task.status == "queued" {
            self.world.sim.succeed(&course.id)?;
        }
        Ok(())
    }

    /// The tenant's DELETE: to its end, or up to the upstream's gate.
    async fn delete(&self, course: &mut Course, gate: &Gate) -> anyhow::Result<()> {
        let (tenant, id) = (self.tenant(), course.id.clone());
        if !course.in_flight {
            course.told = Some(tenant.delete(&id).await?.status);
            return Ok(());
        }
        let sim = &self.world.sim;
        let before = sim.count(Verb::Delete);
        sim.faults().next(Verb::Delete, Fault::HoldBack(gate.clone()));
        course.waiting = Some(tokio::spawn(async move { tenant.delete(&id).await }));
        sim.wait_for_calls(Verb::Delete, before + 1).await;
        Ok(())
    }

    /// The watcher looks at every task of the group that has not ended.
    async fn look(&self, group: &[Course]) -> anyhow::Result<()> {
        let store = self.world.store().await?;
        let ids: Vec<_> = group.iter().map(Course::task).collect();
        let begun = now();
        self.world.sim.faults().clear();
        let mut glances = interval(GLANCE);
        loop {
            glances.tick().await;
            let live = store.live_tasks(UPSTREAM, &ids).await?;
            let unseen = live.iter().filter(|task| {
                task.refreshed_at < begun && task.missing_since.is_none_or(|since| since < begun)
            });
            let unseen: Vec<_> = unseen.map(|task| task.id.clone()).collect();
            if unseen.is_empty() {
                break;
            }
            // A blind round may still hold them.
            store.release_tasks(&unseen, begun).await?;
        }
        self.world.sim.faults().always(Verb::List, blindness());
        store.close().await?;
        Ok(())
    }

    async fn kill(&mut self) -> anyhow::Result<()> {
        self.process.killed().await?;
        self.process = Process::start(&self.world).await?;
        Ok(())
    }

    /// Waits until the upstream has decided on every DELETE that arrived.
    async fn heard_out(&self) {
        let mut glances = interval(GLANCE);
        let undecided =
            || self.world.sim.calls().iter().any(|c| c.verb == Verb::Delete && c.status.is_none());
        while undecided() {
            glances.tick().await;
        }
    }

    /// What the tenant is told in the end: it repeats a DELETE that was not answered.
    async fn hear(&self, course: &mut Course) -> anyhow::Result<()> {
        if let Some(waiting) = course.waiting.take() {
            course.told = waiting.await?.ok().map(|answer| answer.status);
        }
        if course.told.is_none() {
            course.told = Some(self.tenant().delete(&course.id).await?.status);
        }
        course.seen = Some(self.state(&self.tenant(), course).await?);
        Ok(())
    }

    /// What the tenant sees of its task: its status, or that there is none.
    async fn state(&self, tenant: &TenantClient, course: &Course) -> anyhow::Result<String> {
        let answer = tenant.get(&course.id).await?;
        Ok(answer.json["status"].as_str().map_or_else(|| answer.status.to_string(), str::to_owned))
    }

    /// Lets hours pass, and checks every task.
    async fn end(self, courses: &[Course]) -> anyhow::Result<Verdict> {
        let Self { world, customer, http, process, .. } = self;
        process.kill().await?;
        world.sim.faults().clear();
        let clock = Clock::manual(now().plus(LEAP));
        let server = world.server_at(clock.clone()).await?;
        let store = world.store().await?;
        let mut glances = interval(GLANCE);
        let patience = now().plus(LEAP);
        while store.watch_load(UPSTREAM).await?.live_tasks > 0 {
            ensure!(now() < patience, "the tasks never came to rest");
            glances.tick().await;
            clock.advance(LEAP);
        }
        let mut verdict = Verdict::default();
        let url = format!("http://{}", server.address());
        let tenant = TenantClient::new(&http, &url, &customer);
        for course in courses {
            course.check(&world.sim, &store, &tenant, &mut verdict).await?;
        }
        let audit = store.audit().await?;
        verdict.require(audit.is_clean(), || format!("the audit finds {audit:?}"));
        store.close().await?;
        server.stop().await?;
        Ok(verdict)
    }
}
