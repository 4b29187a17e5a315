//! Clients that are slow in every way there is, beside one that is not: the slow ones are closed
//! by their deadlines, and the other does not notice them (P39).

mod good;
mod socket;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context as _;
use ark_sim::{Pace, Quotas, SimSettings};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::dice::Dice;
use crate::orders::Order;
use crate::process::Process;
use crate::tenant_client::{TenantClient, http_client};
use crate::verdict::Verdict;
use crate::world::World;
use good::Good;
use socket::{Ground, Slow};

/// Sockets of each kind from which on the bench takes its time.
const LONG: u64 = 1000;
/// How much later than its deadline a connection may end, in a long run and in a short one, which
/// has the machine to itself less often.
const GRACE: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(15)];
/// Tasks in the list that nobody reads, so that it is longer than the buffers of a socket.
const LISTED: u64 = 60;

pub(crate) async fn run(seed: u64, count: u64) -> anyhow::Result<Verdict> {
    let idle = Duration::from_secs(if count < LONG { 8 } else { 60 });
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..Default::default() };
    let mut world = World::build(settings, 1).await?;
    world.more = format!(
        "server.max_connections = 100000\nserver.max_connections_per_source = 100000\n\
         server.idle_timeout = '{}s'\n",
        idle.as_secs()
    );
    let process = Process::start(&world).await?;
    let customer = world.customers.first().context("no tenant")?;
    let client = TenantClient::new(&http_client()?, &process.url, customer);
    let mut dice = Dice::new(seed);
    for number in 0..LISTED {
        client.create(&Order::new(number, 0, &mut dice, true)).await?;
    }
    let files_before = process.open_files()?;
    let good = Good::start(client);
    let mut verdict = Verdict::default();
    let ground = Ground::new(&process.url, &customer.token, idle)?;
    wait_for_all(&ground, count, &mut verdict).await?;
    let (files, before) = (process.open_files()?, files_before);
    good.stop().await?.tell(&mut verdict);
    verdict.require(files <= before + 20, || format!("{files} open files, {before} before"));
    process.kill().await?;
    Ok(verdict)
}

/// Opens the sockets, and waits until the server has closed each.
async fn wait_for_all(ground: &Ground, count: u64, verdict: &mut Verdict) -> anyhow::Result<()> {
    let (mut open, mut ticks) = (JoinSet::new(), interval(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for number in 0..count {
        for slow in Slow::ALL {
            // What a client does not read fills the kernel's memory, and takes half a minute: there
            // are few of these, and none in a short run.
            if slow != Slow::Unread || (number % 50 == 0 && count >= LONG) {
                // Faster, and it would be the listener's queue in the kernel that is tried.
                ticks.tick().await;
                let ground = ground.clone();
                open.spawn(async move { (slow, slow.closed_after(&ground).await) });
            }
        }
    }
    let [long, short] = GRACE;
    let grace = if count < LONG { short } else { long };
    let mut latest: BTreeMap<&str, Duration> = BTreeMap::new();
    while let Some(ended) = open.join_next().await {
        let (slow, took) = ended?;
        let took = took.with_context(|| slow.name())?;
        verdict.add("sockets", 1);
        verdict.require(took <= slow.deadline(ground) + grace, || {
            format!("{} was closed after {} ms", slow.name(), took.as_millis())
        });
        let latest = latest.entry(slow.name()).or_default();
        *latest = took.max(*latest);
    }
    for (name, took) in latest {
        verdict.add(&format!("{name}: the last after ms"), u64::try_from(took.as_millis())?);
    }
    Ok(())
}
