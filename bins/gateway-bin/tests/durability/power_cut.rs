//! Power cuts: what was acknowledged survives the loss of everything that was not synchronised
//! (P02).
//!
//! The real server runs under `strace`. Its trace is cut at random places and replayed onto a
//! disk that forgets: see `power_cut/disk.rs`. A careless writer with `synchronous=NORMAL` goes
//! through the same mill and has to lose rows, or else the mill does not grind.
//!
//! How an acknowledgement is placed in the trace: by the server's own `send` of the answer that
//! shows the task's id. `strace` stops each thread before and after every call and writes down
//! what it sees in that order, so a call that begins after another one has ended stands after it.
//! The place of an acknowledgement is where its `send` begins, which is before any client can have
//! seen it; no clocks are compared.

mod careless;
mod disk;
mod trace;
mod tracer;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use ark_sim::{Pace, Quotas, SimSettings};
use seedance_model::TaskId;
use tenancy::Store;
use tokio::task::JoinSet;

use crate::dice::Dice;
use crate::orders::Order;
use crate::tenant_client::{TenantClient, http_client};
use crate::verdict::Verdict;
use crate::world::World;
pub(crate) use careless::{CARELESS, write_carelessly};
use disk::Disk;
use trace::{Call, Event, Trace};
pub(crate) use tracer::is_there as tracer_is_there;

/// Cuts on one trace, before a new one is recorded.
const CUTS_PER_TRACE: u64 = 2_500;
/// Creates in one trace.
const CREATES_PER_TRACE: u64 = 240;
/// One cut of the control for this many of the real ones.
const CUTS_PER_CONTROL: u64 = 10;
/// Creates at the same time.
const CLIENTS: u64 = 6;

pub(crate) async fn run(seed: u64, cuts: u64) -> anyhow::Result<Verdict> {
    let mut verdict = Verdict::default();
    if !tracer::is_there() {
        println!("power-cut: not run: `strace` is not installed, or may not trace here");
        return Ok(verdict);
    }
    let mut dice = Dice::new(seed);
    let mut left = cuts;
    while left > 0 {
        let here = left.min(CUTS_PER_TRACE);
        verdict.absorb(the_server(&mut dice, here).await?);
        left -= here;
    }
    verdict.absorb(careless::control(&mut dice, (cuts / CUTS_PER_CONTROL).max(50)).await?);
    Ok(verdict)
}

/// One trace of the server under load, and its cuts.
async fn the_server(dice: &mut Dice, cuts: u64) -> anyhow::Result<Verdict> {
    let settings = SimSettings {
        quotas: Quotas::OFF,
        pace: Pace { queued: Duration::from_millis(20), running: Duration::from_millis(60) },
        ..SimSettings::default()
    };
    let world = World::build(settings, 2).await?;
    let trace_file = world.folder().join("trace");
    let start = disk::files_of(&world.database())?;
    let tracer = tracer::command(&trace_file);
    let process = crate::process::Process::start_traced(tracer, &world).await?;
    load(&world, &process.url, dice).await?;
    tracer::kill_traced(&trace_file)?;
    process.gone().await?;

    let trace = Trace::read(&trace_file, &world.database())?;
    let promised = promised(&trace);
    ensure!(!promised.is_empty(), "the trace shows no acknowledgement");
    let mut verdict = Verdict::default();
    verdict.add("traces", 1);
    verdict.add("cuts", cuts);
    verdict.add("writes", trace.count(|call| matches!(call, Call::Write { .. })));
    verdict.add("syncs", trace.count(|call| matches!(call, Call::Sync { .. })));
    verdict.add("acknowledged", promised.len() as u64);
    let folder = tracer::fast_folder()?;
    let mut cutting = JoinSet::new();
    let (trace, promised) = (std::sync::Arc::new(trace), std::sync::Arc::new(promised));
    for (part, share) in [cuts / 2, cuts - cuts / 2].into_iter().enumerate() {
        let (trace, promised, start) = (trace.clone(), promised.clone(), start.clone());
        let (dice, folder) = (dice.fork(), folder.path().join(part.to_string()));
        cutting.spawn(async move { cut(&trace, &promised, start, dice, share, folder).await });
    }
    while let Some(part) = cutting.join_next().await {
        verdict.absorb(part??);
    }
    Ok(verdict)
}

/// Replays cuts in the order of their places, so that the disk only moves forward.
async fn cut(
    trace: &Trace,
    promised: &BTreeMap<TaskId, usize>,
    start: BTreeMap<String, Vec<u8>>,
    mut dice: Dice,
    cuts: u64,
    folder: PathBuf,
) -> anyhow::Result<Verdict> {
    let mut verdict = Verdict::default();
    let mut disk = Disk::new(start);
    for place in trace.places(&mut dice, cuts) {
        disk.advance(trace, place);
        let left = disk.after_cut(trace, place, &mut dice);
        disk::put(&folder, &left)?;
        let due = promised.iter().filter(|(_, said)| **said < place).map(|(id, _)| id.clone());
        inspect(&folder, due.collect(), place, &mut verdict).await?;
    }
    Ok(verdict)
}

/// Opens what is left with the store's own code.
async fn inspect(
    folder: &Path,
    due: Vec<TaskId>,
    place: usize,
    verdict: &mut Verdict,
) -> anyhow::Result<()> {
    verdict.add("lost", 0);
    verdict.add("integrity errors", 0);
    let url = format!("sqlite:{}", folder.join("gateway.db").display());
    let store = match Store::open(&url).await {
        Ok(store) => store,
        Err(error) => {
            verdict.add("integrity errors", 1);
            let error = anyhow::Error::new(error);
            verdict.wrong(format!("cut at {place}: the store does not open: {error:#}"));
            return Ok(());
        }
    };
    let known = store.known_tasks(&due).await?;
    let lost = due.len() - known.len();
    verdict.add("lost", lost as u64);
    verdict.require(lost == 0, || format!("cut at {place}: {lost} of {} tasks lost", due.len()));
    let audit = store.audit().await?;
    verdict.add("integrity errors", u64::from(!audit.is_clean()));
    verdict.require(audit.is_clean(), || format!("cut at {place}: {audit:?}"));
    Ok(store.close().await?)
}

/// Where each task was first shown to a tenant.
fn promised(trace: &Trace) -> BTreeMap<TaskId, usize> {
    let mut promised = BTreeMap::new();
    for Event { begins, call, .. } in &trace.events {
        let Call::Say { bytes } = call else { continue };
        let text = String::from_utf8_lossy(bytes);
        let Some(text) = text.strip_prefix("HTTP/1.1 200") else { continue };
        for rest in text.split("\"id\":\"").skip(1) {
            let id = rest.split('"').next().and_then(TaskId::parse);
            if let Some(id) = id {
                promised.entry(id).or_insert(*begins);
            }
        }
    }
    promised
}

/// Creates, and looks at what was created, so that successes are settled too.
async fn load(world: &World, url: &str, dice: &mut Dice) -> anyhow::Result<()> {
    let http = http_client()?;
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let mut dice = dice.fork();
        let tenant = dice.place(world.customers.len());
        let customer = world.customers.get(tenant).context("there are two")?;
        let side = TenantClient::new(&http, url, customer);
        clients.spawn(async move {
            for number in 0..CREATES_PER_TRACE / CLIENTS {
                let number = client * CREATES_PER_TRACE + number;
                let order = Order::new(number, tenant, &mut dice, true);
                let answer = side.create(&order).await?;
                let id = answer.created().with_context(|| format!("create: {answer:?}"))?;
                if dice.chance(30) {
                    side.get(id).await?;
                }
                if dice.chance(5) {
                    side.delete(id).await?;
                }
            }
            anyhow::Ok(())
        });
    }
    while let Some(client) = clients.join_next().await {
        client??;
    }
    Ok(())
}
