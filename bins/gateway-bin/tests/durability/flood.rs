//! Far more connections than the server may open files: it lives, and is well as soon as they go
//! (P40).

use std::time::Duration;

use anyhow::Context as _;
use ark_sim::SimSettings;
use tokio::net::{TcpSocket, TcpStream};
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use crate::process::Process;
use crate::tenant_client::{TenantClient, http_client};
use crate::verdict::Verdict;
use crate::world::World;

/// The server's limit of open files.
const OPEN_FILES: u32 = 1024;
/// Connections that are made at the same time.
const AT_ONCE: usize = 200;
/// Connections that are held at the same time; this process has a limit too.
const HELD: usize = 15_000;
/// Connections from one of the loopback addresses.
const FROM_ONE: u64 = 500;
/// How soon the server has to be well again.
const RECOVERY: Duration = Duration::from_secs(1);

pub(crate) async fn run(_seed: u64, count: u64) -> anyhow::Result<Verdict> {
    let world = World::build(SimSettings::default(), 1).await?;
    let mut limited = Command::new("sh");
    limited.args(["-c", &format!("ulimit -n {OPEN_FILES} && exec \"$@\""), "sh"]);
    let process = Process::start_traced(limited, &world).await?;
    let http = http_client()?;
    let mut verdict = Verdict::default();
    let held = connect(&process, count, &mut verdict).await?;
    let files = process.open_files()?;
    verdict.add("open files in the flood", files as u64);
    verdict.require(files <= OPEN_FILES as usize, || format!("{files} open files"));
    let livez = format!("{}/livez", process.admin_url);
    let live = http.get(&livez).send().await.is_ok_and(|answer| answer.status() == 200);
    verdict.require(live, || "no health in the flood".to_owned());

    drop(held);
    let released = Instant::now();
    let well = timeout(RECOVERY, http.get(&livez).send()).await;
    verdict.require(matches!(well, Ok(Ok(_))), || "no health within a second".to_owned());
    verdict.add("ms until health after it", u64::try_from(released.elapsed().as_millis())?);
    let customer = world.customers.first().context("no tenant")?;
    let client = TenantClient::new(&http, &process.url, customer);
    while !client.list(1).await.is_ok_and(|answer| answer.status == 200) {
        if released.elapsed() > RECOVERY {
            verdict.wrong("no answer for a tenant within a second");
            break;
        }
    }
    verdict.add("ms until a tenant's answer", u64::try_from(released.elapsed().as_millis())?);
    process.kill().await?;
    Ok(verdict)
}

/// Connects again and again, and keeps the newest connections.
async fn connect(
    process: &Process,
    count: u64,
    verdict: &mut Verdict,
) -> anyhow::Result<Vec<TcpStream>> {
    let address = process.url.strip_prefix("http://").context("no http")?.to_owned();
    let (mut held, mut under_way) = (Vec::new(), JoinSet::new());
    for number in 0..count {
        let address = address.clone();
        under_way.spawn(async move {
            let socket = TcpSocket::new_v4()?;
            let source = number / FROM_ONE + 2;
            socket.bind(format!("127.0.{}.{}:0", source / 250, source % 250 + 1).parse()?)?;
            anyhow::Ok(socket.connect(address.parse()?).await?)
        });
        if under_way.len() >= AT_ONCE
            && let Some(connected) = under_way.join_next().await
        {
            verdict.add("connected", u64::from(connected.as_ref().is_ok_and(Result::is_ok)));
            held.extend(connected?.ok());
        }
        if held.len() > HELD {
            held.drain(..HELD / 10);
        }
    }
    while let Some(connected) = under_way.join_next().await {
        verdict.add("connected", u64::from(connected.as_ref().is_ok_and(Result::is_ok)));
        held.extend(connected?.ok());
    }
    Ok(held)
}
