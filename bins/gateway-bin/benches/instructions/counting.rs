//! Counting by callgrind: a run with so many requests, a run with twice as many, and the difference,
//! so that start and stop fall out.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::gateway;
use crate::stock::Stock;
use crate::wire::Wire;

/// One thread for the requests, so that none looks for work of another one's; and nothing that
/// happens by the clock: no look at a task, and no pause at the end. The process is some fifty times
/// slower than it is outside.
const SETTINGS: [(&str, &str); 6] = [
    ("TOKIO_WORKER_THREADS", "1"),
    ("PHANEDGE__WATCH__INTERVAL", "1h"),
    ("PHANEDGE__WATCH__MAX_STALENESS", "1h"),
    ("PHANEDGE__SERVER__IDLE_TIMEOUT", "10m"),
    ("PHANEDGE__SERVER__DRAIN_DELAY", "0s"),
    ("PHANEDGE__UPSTREAMS__DEFAULT__CONNECT_TIMEOUT", "30s"),
];
/// What the total in callgrind's own log begins with.
const TOTAL: &str = "Collected : ";

/// One kind of request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counting<'a> {
    pub(crate) stock: &'a Stock,
    pub(crate) request: &'a [u8],
}

/// Says so if there is nothing to count with.
pub(crate) fn require_valgrind() -> anyhow::Result<()> {
    let asked = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    if asked.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    bail!("this bench needs `valgrind`; Debian has a package of this name")
}

impl Counting<'_> {
    /// The instructions that one more request takes.
    pub(crate) async fn of_each(&self, requests: usize) -> anyhow::Result<u64> {
        let (once, twice) = (self.total(requests).await?, self.total(2 * requests).await?);
        Ok(twice.saturating_sub(once) / u64::try_from(requests)?)
    }

    /// The instructions of a whole process that is started, asked so often, and stopped.
    async fn total(&self, requests: usize) -> anyhow::Result<u64> {
        let folder = tempfile::tempdir()?;
        let log = folder.path().join("callgrind.log");
        let gateway = self.stock.open(under_callgrind(&log))?;
        let mut wire = Wire::connect(gateway.door.address).await?;
        for _ in 0..requests {
            let answer = wire.call(self.request).await?;
            if answer.status != 200 {
                bail!("a request was answered with {}", answer.status);
            }
        }
        drop(wire);
        gateway.stop()?;
        let log = fs::read_to_string(&log)?;
        let total = log.lines().find_map(|line| line.split_once(TOTAL)).context("no total")?;
        Ok(total.1.trim().parse()?)
    }
}

fn under_callgrind(log: &Path) -> Command {
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--fair-sched=yes"])
        .arg(format!("--log-file={}", log.display()))
        .arg(gateway::program().get_program())
        .envs(SETTINGS);
    command
}
