//! How long it takes to hear that there is no room: creates that come while every seat is taken and
//! as many requests wait for one, each on a connection that was open before.
//!
//! The seats are held by creates that the account never answers. Others wait half a second for one
//! of them, round by round, and the probes come while they wait. So nothing but the probes has
//! work for the gateway, and what is measured is a refusal and not a queue.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use crate::contestants::{LOAD_CORE, OWN_CORE, on_core};
use crate::door::Door;
use crate::figures::Column;
use crate::gateway::{self, Gateway, Premises};
use crate::nginx::{self, Nginx};
use crate::wire::Wire;

/// Seats of requests that change something, and places where others wait, by default.
const SEATS: usize = 256;
/// How often the waiting places are filled; what waited is refused after 500 ms, and its connection
/// rests as long.
const ROUNDS: u32 = 24;
const ROUND: Duration = Duration::from_millis(1500);
/// In a round, all places are taken from the one to the other.
const TAKEN_FROM: Duration = Duration::from_millis(150);
const TAKEN_UNTIL: Duration = Duration::from_millis(430);
/// The connections of the probes are opened this long before, when those of the round before are
/// closed: one source may have no more at a time.
const OPENED: Duration = Duration::from_millis(600);
/// Probes in a round, of all kinds, and the time from one to the next.
const PROBES: usize = 220;
const BETWEEN: Duration = Duration::from_millis(1);
/// Longest wait for an answer: whoever got a seat would wait for the account.
const PATIENCE: Duration = Duration::from_secs(5);
/// Who was refused later than this had waited for a seat.
const AT_ONCE_MICROS: u64 = 400_000;
/// What is shown: a name, and the share of the times that are no longer, in hundredths.
const SHOWN: [(&str, usize); 3] = [("p50", 50), ("p99", 99), ("max", 100)];

/// What is asked, and the status that it has to be refused with.
struct Probe {
    request: Vec<u8>,
    status: u16,
}

/// One column for each way to be refused, and one for nginx, which refuses everything.
pub(crate) async fn measure() -> anyhow::Result<Vec<Column>> {
    move_to(LOAD_CORE)?;
    let mut columns = of_the_gateway().await?;
    let nginx = Nginx::start(on_core(OWN_CORE, &nginx::program()), refusing)?;
    let door = Door { address: nginx.address, path: gateway::TASKS, keys: vec!["key".to_owned()] };
    let probes = [Probe { request: door.create(0), status: 503 }];
    let times = ask(door.address, &probes, Instant::now() + ROUND).await?;
    columns.extend(times.into_iter().map(|times| column("nginx, 503", times)));
    Ok(columns)
}

async fn of_the_gateway() -> anyhow::Result<Vec<Column>> {
    let account = TcpListener::bind("127.0.0.1:0").await?;
    let base_url = format!("http://{}/api/v3", account.local_addr()?);
    let premises = Premises::build(base_url, 2 * SEATS + 1).await?;
    let gateway = Gateway::start(&premises, on_core(OWN_CORE, &gateway::program()))?;
    let door = &gateway.door;
    let (mut seated, _unanswered) = take_all_seats(door, &account).await?;
    let start = Instant::now() + ROUND;
    let waiting = take_all_places(door, start).await?;
    let probes = [
        Probe { request: door.create(2 * SEATS), status: 503 },
        Probe { request: door.create(0), status: 429 },
    ];
    let times = ask(door.address, &probes, start).await?;
    for waited in waiting.join_all().await {
        waited?;
    }
    if seated.try_join_next().is_some() {
        bail!("a create of those that hold the seats was answered");
    }
    let mut own = own_times(&gateway)?;
    let columns = probes.iter().zip(times).map(|(probe, times)| {
        let name = if probe.status == 503 { "no seat, 503" } else { "no share, 429" };
        let mut column = column(name, times);
        add(&mut column, "the gateway itself", own.remove(&probe.status).unwrap_or_default());
        column
    });
    Ok(columns.collect())
}

/// A create of one tenant each, and the connections on which the account has them.
async fn take_all_seats(
    door: &Door,
    account: &TcpListener,
) -> anyhow::Result<(JoinSet<()>, Vec<TcpStream>)> {
    let mut seated = JoinSet::new();
    for tenant in 0..SEATS {
        let (mut wire, request) = (Wire::connect(door.address).await?, door.create(tenant));
        seated.spawn(async move {
            drop(wire.call(&request).await);
        });
    }
    let mut unanswered = Vec::new();
    while unanswered.len() < SEATS {
        let (connection, _) = timeout(PATIENCE, account.accept()).await.context("no create")??;
        unanswered.push(connection);
    }
    Ok((seated, unanswered))
}

/// Creates of as many other tenants, which wait in vain in each round.
async fn take_all_places(
    door: &Door,
    start: Instant,
) -> anyhow::Result<JoinSet<anyhow::Result<()>>> {
    let mut waiting = JoinSet::new();
    for tenant in SEATS..2 * SEATS {
        let (mut wire, request) = (Wire::connect(door.address).await?, door.create(tenant));
        waiting.spawn(async move {
            for round in 0..ROUNDS {
                sleep_until(start + ROUND * round).await;
                let status = wire.call(&request).await?.status;
                if status != 503 {
                    bail!("a create that waits for a seat was answered with {status}");
                }
            }
            Ok(())
        });
    }
    Ok(waiting)
}

/// Microseconds from the first byte of a request to the end of its answer, for each of these. They
/// take turns, one after the other.
async fn ask(
    address: SocketAddr,
    probes: &[Probe],
    start: Instant,
) -> anyhow::Result<Vec<Vec<u64>>> {
    let mut times = vec![Vec::new(); probes.len()];
    for round in 0..ROUNDS {
        let begin = start + ROUND * round;
        let mut due = begin + TAKEN_FROM;
        sleep_until(due - OPENED).await;
        let mut wires = Vec::new();
        for _ in 0..PROBES {
            wires.push(Wire::connect(address).await?);
        }
        let turns = (0..probes.len()).cycle();
        for (wire, turn) in wires.iter_mut().zip(turns) {
            sleep_until(due).await;
            due += BETWEEN;
            if begin.elapsed() > TAKEN_UNTIL {
                break;
            }
            let (Some(probe), Some(times)) = (probes.get(turn), times.get_mut(turn)) else { break };
            let sent = Instant::now();
            let answer = timeout(PATIENCE, wire.call(&probe.request)).await.context("a seat")??;
            times.push(u64::try_from(sent.elapsed().as_micros())?);
            if answer.status != probe.status {
                bail!("answered with {}, and not with {}", answer.status, probe.status);
            }
        }
    }
    Ok(times)
}

/// What the gateway logged of those that it refused at once, by status.
fn own_times(gateway: &Gateway) -> anyhow::Result<HashMap<u16, Vec<u64>>> {
    let mut times: HashMap<u16, Vec<u64>> = HashMap::new();
    for line in std::fs::read_to_string(&gateway.log)?.lines() {
        let event: Value = serde_json::from_str(line)?;
        let number = |field| event.get("fields")?.get(field)?.as_u64();
        let (Some(status), Some(micros)) = (number("status"), number("micros")) else { continue };
        if micros < AT_ONCE_MICROS {
            times.entry(u16::try_from(status)?).or_default().push(micros);
        }
    }
    Ok(times)
}

fn column(name: &str, times: Vec<u64>) -> Column {
    let mut column = Column::new(name);
    column.add("refused", times.len());
    add(&mut column, "answered", times);
    column
}

fn add(column: &mut Column, name: &str, mut micros: Vec<u64>) {
    micros.sort_unstable();
    for (label, share) in SHOWN {
        let place = (micros.len() * share).div_ceil(100).saturating_sub(1);
        column.add(&format!("{name}, {label}, µs"), micros.get(place).copied());
    }
}

/// The bench itself, so that the contestant has its core alone.
fn move_to(core: usize) -> anyhow::Result<()> {
    let (core, own) = (core.to_string(), std::process::id().to_string());
    let mut taskset = Command::new("taskset");
    let moved = taskset.args(["-acp", &core, &own]).stdout(Stdio::null()).status()?;
    if moved.success() { Ok(()) } else { bail!("`taskset` could not move the bench") }
}

/// An nginx that refuses as the gateway does.
fn refusing(listen: SocketAddr) -> String {
    let body = concat!(
        r#"{"error":{"code":"service_unavailable","message":"the gateway has too many requests "#,
        r#"under way; try again later","param":"","type":"ServiceUnavailable"}}"#
    );
    format!(
        "server {{ listen {listen}; default_type application/json;\n\
         add_header Retry-After 1 always; return 503 '{body}'; }}\n"
    )
}
