//! One settlement, cut at every call that the store's writer makes for it (P13): the server is
//! killed before the call, or the call fails. Then all of the settlement is there or none of it,
//! and in the end there is exactly one charge.
//!
//! The last calls come after the commit is on the disk and before anybody has heard of it: a
//! COMMIT whose answer is lost (P57). What the calls are is taken from a settlement that nobody
//! disturbs, so every one of them has its turn, again and again until the count is reached.

mod tracer;

use anyhow::{Context as _, ensure};
use ark_sim::{Pace, Quotas, SimSettings};
use reqwest::Client;
use seedance_model::TaskId;
use tenancy::SettlementState;

use crate::dice::Dice;
use crate::orders::Order;
use crate::process::Process;
use crate::tenant_client::{TenantClient, http_client};
use crate::verdict::Verdict;
use crate::world::{Customer, World};
use tracer::{Cut, Tracer};

pub(crate) async fn run(seed: u64, steps: u64) -> anyhow::Result<Verdict> {
    let mut verdict = Verdict::default();
    if !tracer::is_there() {
        println!("settle-cut: not run: `strace` is not installed, or may not trace here");
        return Ok(verdict);
    }
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
    let world = World::build(settings, 1).await?.looking_seldom();
    let customer = world.customers.first().context("there is one")?.clone();
    let mut bench =
        Bench { world, customer, http: http_client()?, dice: Dice::new(seed), tasks: 0 };
    // The first one meets an empty database, unlike all that follow.
    bench.undisturbed().await?;
    let calls = bench.undisturbed().await?;
    let cuts = Cut::all(&calls);
    verdict.add("calls of a settlement", calls.len() as u64);
    verdict.add("cuts", cuts.len() as u64);
    for step in 0..steps {
        let cut = cuts.get(place(step, steps, cuts.len())).context("there are some")?;
        let done = bench.step(cut, &mut verdict).await;
        done.with_context(|| format!("step {step}, {cut:?}"))?;
    }
    bench.count_charges(&mut verdict).await?;
    Ok(verdict)
}

/// Which cut a step makes: each in its turn, and few steps are spread over all cuts.
fn place(step: u64, steps: u64, cuts: usize) -> usize {
    let number = step * (cuts as u64).checked_div(steps).unwrap_or(1).max(1);
    usize::try_from(number % cuts as u64).unwrap_or(0)
}

/// What the steps have in common: one store, and a task for each step.
struct Bench {
    world: World,
    customer: Customer,
    http: Client,
    dice: Dice,
    tasks: u64,
}

impl Bench {
    fn tenant(&self, process: &Process) -> TenantClient {
        TenantClient::new(&self.http, &process.url, &self.customer)
    }

    /// A task that has succeeded, and nobody has seen it.
    async fn success(&mut self, process: &Process) -> anyhow::Result<String> {
        let order = Order::new(self.tasks, 0, &mut self.dice, true);
        self.tasks += 1;
        let answer = self.tenant(process).create(&order).await?;
        let id = answer.created().with_context(|| format!("create: {answer:?}"))?;
        self.world.sim.succeed(id)?;
        Ok(id.to_owned())
    }

    /// The calls of the writer's thread while it settles.
    async fn undisturbed(&mut self) -> anyhow::Result<Vec<String>> {
        let process = Process::start(&self.world).await?;
        let id = self.success(&process).await?;
        let tracer = Tracer::attach(&self.world.folder(), process.id()?, None).await?;
        let answer = self.tenant(&process).get(&id).await?;
        ensure!(answer.json["status"] == "succeeded", "the tenant saw {answer:?}");
        let calls = tracer.detach().await?;
        process.kill().await?;
        Ok(calls)
    }

    /// Settles a task, and cuts the settlement.
    async fn step(&mut self, cut: &Cut, verdict: &mut Verdict) -> anyhow::Result<()> {
        let mut process = Process::start(&self.world).await?;
        let id = self.success(&process).await?;
        let tracer = Tracer::attach(&self.world.folder(), process.id()?, Some(cut)).await?;
        // The tenant's poll settles what it sees.
        let answer = self.tenant(&process).get(&id).await;
        let acknowledged = answer.is_ok_and(|answer| answer.json["status"] == "succeeded");
        let struck = tracer.ended(cut, &mut process).await?;
        verdict.add("steps", 1);
        // What the writer calls only while another handle is in its way may not come again.
        verdict.add(if struck { cut.name() } else { "missed" }, 1);
        process.kill().await?;
        self.inspect(&id, acknowledged, cut, verdict).await?;

        let process = Process::start(&self.world).await?;
        for _ in 0..2 {
            let answer = self.tenant(&process).get(&id).await?;
            let status = &answer.json["status"];
            verdict.require(status == "succeeded", || format!("{cut:?}: {id} is {status} later"));
        }
        process.kill().await
    }

    /// All of the settlement or none of it, with nobody running.
    async fn inspect(
        &self,
        id: &str,
        acknowledged: bool,
        cut: &Cut,
        verdict: &mut Verdict,
    ) -> anyhow::Result<()> {
        let store = self.world.store().await?;
        let known = TaskId::parse(id).context("the simulator made it")?;
        let task = store.scope(&self.customer.tenant).find_task(&known).await?;
        let settlement = task.context("it is the tenant's")?.settlement;
        let charges = store.ledger_of_task(&known).await?.len();
        let whole = settlement == SettlementState::Charged && charges == 1;
        let none = settlement == SettlementState::Open && charges == 0;
        verdict.add("all of it", u64::from(whole));
        verdict.add("none of it", u64::from(none));
        verdict.require(whole || none, || format!("{cut:?}: {settlement:?}, {charges} charges"));
        verdict.require(whole || !acknowledged, || format!("{cut:?}: {id} was shown, and is lost"));
        let audit = store.audit().await?;
        verdict.require(audit.is_clean(), || format!("{cut:?}: the audit finds {audit:?}"));
        Ok(store.close().await?)
    }

    /// Every task has its one charge, for the tokens that the upstream counted.
    async fn count_charges(&self, verdict: &mut Verdict) -> anyhow::Result<()> {
        let store = self.world.store().await?;
        for task in self.world.sim.tasks() {
            let id = TaskId::parse(&task.id).context("the simulator made it")?;
            let tokens: Vec<_> =
                store.ledger_of_task(&id).await?.iter().map(|entry| entry.tokens).collect();
            let due: Vec<_> = task.usage["completion_tokens"].as_i64().into_iter().collect();
            verdict.add("charged", tokens.len() as u64);
            verdict.require(tokens == due, || format!("{id}: charged {tokens:?}, due {due:?}"));
        }
        Ok(store.close().await?)
    }
}
