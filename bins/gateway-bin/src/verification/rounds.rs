//! When a server verifies its ledger: a little before it listens, everything right after that, and
//! everything again each hour, or as often as takes a twentieth of the time.
//!
//! The whole of it recomputes every charge, and a start need not wait for that. So only the newest
//! rows are looked at first: a kill or a power cut harms what was written last, if anything.
//! A ledger that does not add up stops nobody: it is an error in the log, and tenants are served.

use std::time::{Duration, Instant};

use tenancy::Store;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{Findings, Report, Verified, everything, newest};
use crate::clock::Clock;
use crate::metrics::Metrics;

/// The pause between two rounds,
const PAUSE: Duration = Duration::from_hours(1);
/// and after one that took long: so many times as long as it took.
const SHARE: u32 = 20;

/// The quick look before a server listens.
pub(crate) async fn before_serving(store: &Store) {
    log(newest(store, &mut |_| Ok(())).await.as_ref());
}

/// Verifies everything at once, and then again and again, until `stop`.
#[expect(clippy::disallowed_methods, reason = "the pause between two rounds is the point")]
pub(crate) async fn repeated(
    store_url: String,
    (metrics, verified, clock): (Metrics, Verified, Clock),
    stop: CancellationToken,
) {
    let mut nobody = |_: &_| Ok(());
    loop {
        let begun = Instant::now();
        let round = round(&store_url, &mut nobody);
        let Some(done) = stop.run_until_cancelled(round).await else { return };
        log(done.as_ref());
        verified.ended(clock.now(), done.as_ref().ok());
        if let Ok(findings) = done {
            metrics.ledger_unexplained(findings.differences());
        }
        let pause = pause_after(begun.elapsed());
        if stop.run_until_cancelled(sleep(pause)).await.is_none() {
            return;
        }
    }
}

fn pause_after(took: Duration) -> Duration {
    PAUSE.max(took.saturating_mul(SHARE))
}

/// Reads through a handle of its own: requests keep all their readers, and a stop, which closes the
/// server's handle, does not wait for a comparison that cannot be cut short.
async fn round<'a>(store_url: &str, report: Report<'a>) -> anyhow::Result<Findings<'a>> {
    let store = Store::open(store_url).await?;
    let findings = everything(&store, report).await?;
    store.close().await?;
    Ok(findings)
}

/// One line for each check that found something.
fn log(done: Result<&Findings<'_>, &anyhow::Error>) {
    let findings = match done {
        Ok(findings) => findings,
        Err(error) => {
            tracing::error!(cause = %format!("{error:#}"), "the ledger could not be verified");
            return;
        }
    };
    for (check, tally) in findings.by_check() {
        if let Some(first) = &tally.first {
            let (check, differences) = (check.name(), tally.differences);
            tracing::error!(check, differences, %first, "the ledger does not add up");
        }
    }
    if findings.differences() == 0 {
        tracing::debug!("the ledger adds up");
    }
}

#[test]
fn verifying_takes_a_twentieth_of_the_time_at_most() {
    let quick = pause_after(Duration::from_secs(2));
    assert_eq!(quick, Duration::from_hours(1));
    assert_eq!(pause_after(Duration::from_mins(12)), Duration::from_hours(4));
}
