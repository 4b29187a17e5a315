//! The signals of one round: when they came, when the gateway let it be known, and how it ended.

use std::time::Duration;

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::{Instant, sleep_until, timeout};

use crate::dice::Dice;
use crate::process::Process;
use crate::tenant_client::http_client;
use crate::verdict::Verdict;

/// No stop may take longer, whatever anybody does.
const ALWAYS: Duration = Duration::from_secs(28);
/// A stop whose slowest client is cut within a second, on a machine that has much else to do.
const PATIENT: Duration = Duration::from_secs(8);

/// How one round stops.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    /// For how long it goes on accepting.
    pub(super) delay: Duration,
    /// How long after the first signal was heard a second one comes.
    hurry: Option<Duration>,
}

/// What happened in one stop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signals {
    pub(super) stop: Stop,
    pub(super) first: Instant,
    /// By when the gateway had said that it stops.
    pub(super) told: Option<Instant>,
    pub(super) second: Option<Instant>,
}

impl Stop {
    pub(super) fn any(dice: &mut Dice) -> Self {
        let delays = [0, 150, 400].map(Duration::from_millis);
        let hurry = dice.chance(20).then(|| dice.millis(400));
        Self { delay: dice.pick(&delays).copied().unwrap_or_default(), hurry }
    }

    /// The lines of a gateway that is stopped like this.
    pub(super) fn configuration(self) -> String {
        // A body that stalls would hold a stop for its first five seconds: only a hurry ends that.
        let body = if self.hurry.is_some() { "20s" } else { "500ms" };
        let delay = match self.delay.as_millis() {
            0 => "0s".to_owned(),
            delay => format!("{delay}ms"),
        };
        format!("server.drain_delay = '{delay}'\nserver.body_timeout = '{body}'\n")
    }
}

/// Signals, and waits for the end of the process.
pub(super) async fn stopped(
    process: &mut Process,
    stop: Stop,
    verdict: &mut Verdict,
) -> anyhow::Result<Signals> {
    let id = Pid::from_raw(i32::try_from(process.id()?)?).context("no process")?;
    let admin_url = process.admin_url.clone();
    let first = Instant::now();
    kill_process(id, Signal::TERM)?;
    let mut signals = Signals { stop, first, told: told(&admin_url).await?, second: None };
    if let Some(after) = stop.hurry {
        // Two signals that come before the first is handled are one.
        sleep_until(Instant::now() + after).await;
        signals.second = Some(Instant::now());
        kill_process(id, Signal::TERM)?;
    }
    let code = timeout(ALWAYS, process.exit_code()).await;
    let took = first.elapsed();
    verdict.add("rounds", 1);
    verdict.add("hurried", u64::from(stop.hurry.is_some()));
    verdict.most("stop in ms", u64::try_from(took.as_millis())?);
    verdict.require(code.is_ok(), || format!("it runs after {} s", took.as_secs()));
    verdict.require(took <= PATIENT, || format!("{stop:?} took {} ms", took.as_millis()));
    // Half a body was there: a hurry cuts it off, and without one its own deadline does.
    let due = i32::from(stop.hurry.is_some());
    let code = code.context("it does not end")??;
    verdict.require(code == Some(due), || format!("{stop:?} ended with {code:?}"));
    Ok(signals)
}

/// Waits until operators hear of the stop; gives when, unless it was over before.
async fn told(admin_url: &str) -> anyhow::Result<Option<Instant>> {
    let client = http_client()?;
    loop {
        match client.get(format!("{admin_url}/readyz")).send().await {
            Ok(ready) if ready.status() == 200 => {}
            Ok(_) => return Ok(Some(Instant::now())),
            Err(_) => return Ok(None),
        }
    }
}
