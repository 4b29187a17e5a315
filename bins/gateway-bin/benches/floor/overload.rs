//! Five times as many creates as the gateway can answer, on a schedule that its answers do not
//! slow down: how many it still makes, how long these take, and how soon it is itself again.

use std::time::Duration;

use anyhow::bail;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::Options;
use crate::contestants::{Contestants, TENANTS};
use crate::figures::Column;
use crate::medians::ratio;
use crate::times;
use crate::usage;
use crate::wire::Wire;
use crate::wrk::{self, Request};

/// Offered in a second, in multiples of what it can do.
const OFFERED: u64 = 5;
/// Connections that offer; no more than one source may have.
const CONNECTIONS: u64 = 800;
/// Within it, everything that is asked after the flood has to be answered.
const RECOVERY: Duration = Duration::from_secs(5);

/// What the answers were.
#[derive(Debug, Default)]
struct Answers {
    /// Microseconds of those with 200.
    good: Vec<u64>,
    /// Microseconds of those with 503, or 429 where a tenant has more than its share of the seats.
    shed: Vec<u64>,
    others: u64,
}

pub(crate) async fn measure(
    options: &Options,
    contestants: &Contestants,
) -> anyhow::Result<Column> {
    let gateway = contestants.gateway();
    let time = Duration::from_secs(options.seconds);
    let peak = wrk::run(&gateway, &Request::Create, options.connections, time)?.per_second;
    let (before, _) = usage::memory_mib(gateway.process)?;
    let answers = flood(contestants, peak * OFFERED, options.flood_seconds).await?;
    let (after, _) = usage::memory_mib(gateway.process)?;
    let recovered = recover(contestants).await?;
    let good = answers.good.len() as u64 / options.flood_seconds.max(1);
    let mut column = Column::new("gateway");
    column.add("creates a second, at most", peak);
    column.add("offered a second", peak * OFFERED);
    column.add("sent a second", answers.sent() / options.flood_seconds.max(1));
    column.add("made a second", good);
    column.add("share of the most", ratio(good, peak));
    column.add("answered neither 200 nor 429 or 503", answers.others);
    times::add(&mut column, "made", answers.good);
    times::add(&mut column, "turned away", answers.shed);
    column.add("memory before and after, MiB", format!("{before}, {after}"));
    column.add("until a create took its usual time, ms", recovered);
    Ok(column)
}

impl Answers {
    fn sent(&self) -> u64 {
        (self.good.len() + self.shed.len()) as u64 + self.others
    }
}

/// Each connection sends when its moment has come, or at once if that has passed.
async fn flood(contestants: &Contestants, rate: u64, seconds: u64) -> anyhow::Result<Answers> {
    let gateway = contestants.gateway();
    let start = Instant::now() + Duration::from_secs(1);
    let end = start + Duration::from_secs(seconds);
    let between = Duration::from_nanos(1_000_000_000 * CONNECTIONS / rate.max(1));
    let mut clients = JoinSet::new();
    for number in 0..CONNECTIONS {
        let request = gateway.door.create(usize::try_from(number)? % TENANTS);
        let mut wire = Wire::connect(gateway.door.address).await?;
        let mut due = start + between * u32::try_from(number)? / u32::try_from(CONNECTIONS)?;
        clients.spawn(async move {
            let mut answers = Answers::default();
            while due < end && Instant::now() < end {
                sleep_until(due).await;
                let sent = Instant::now();
                let status = wire.call(&request).await?.status;
                let micros = u64::try_from(sent.elapsed().as_micros())?;
                match status {
                    200 => answers.good.push(micros),
                    429 | 503 => answers.shed.push(micros),
                    _ => answers.others += 1,
                }
                due += between;
            }
            Ok::<_, anyhow::Error>(answers)
        });
    }
    let mut all = Answers::default();
    while let Some(done) = clients.join_next().await {
        let answers = done??;
        all.good.extend(answers.good);
        all.shed.extend(answers.shed);
        all.others += answers.others;
    }
    Ok(all)
}

/// Milliseconds until a create is answered with 200, once nobody else asks.
async fn recover(contestants: &Contestants) -> anyhow::Result<u64> {
    let (gateway, begun) = (contestants.gateway(), Instant::now());
    let mut wire = Wire::connect(gateway.door.address).await?;
    while begun.elapsed() < RECOVERY {
        if wire.call(&gateway.door.create(0)).await?.status == 200 {
            return Ok(u64::try_from(begun.elapsed().as_millis())?);
        }
    }
    bail!("the gateway did not recover in time")
}
