//! A client as it should be, 50 times a second: what it notices of the others.

use std::time::Duration;

use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::tenant_client::TenantClient;
use crate::verdict::Verdict;

/// The time between two requests.
const PACE: Duration = Duration::from_millis(20);

/// Good traffic under way.
pub(crate) struct Good {
    stop: CancellationToken,
    running: JoinHandle<Noticed>,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Noticed {
    took: Vec<Duration>,
    errors: u64,
}

impl Good {
    pub(crate) fn start(client: TenantClient) -> Self {
        let stop = CancellationToken::new();
        Self { stop: stop.clone(), running: tokio::spawn(go_on(client, stop)) }
    }

    pub(crate) async fn stop(self) -> anyhow::Result<Noticed> {
        self.stop.cancel();
        Ok(self.running.await?)
    }
}

impl Noticed {
    pub(crate) fn tell(mut self, verdict: &mut Verdict) {
        self.took.sort();
        let at = |percent: usize| self.took.get(self.took.len() * percent / 100);
        let millis = |time: Option<&Duration>| {
            time.and_then(|time| u64::try_from(time.as_millis()).ok()).unwrap_or(0)
        };
        verdict.add("good requests", self.took.len() as u64);
        verdict.add("their p50 in ms", millis(at(50)));
        verdict.add("their p99 in ms", millis(at(99)));
        let errors = self.errors;
        verdict.require(errors == 0, || format!("{errors} good requests failed"));
        verdict.require(!self.took.is_empty(), || "nothing good was asked".to_owned());
    }
}

async fn go_on(client: TenantClient, stop: CancellationToken) -> Noticed {
    let (mut noticed, mut under_way) = (Noticed::default(), JoinSet::new());
    let mut ticks = interval(PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        let client = client.clone();
        under_way.spawn(async move {
            let begun = Instant::now();
            let fine = client.get("cgt-20260101000000-zzzzz").await.is_ok_and(|a| a.status == 404);
            (fine, begun.elapsed())
        });
        while let Some(Ok((fine, took))) = under_way.try_join_next() {
            noticed.errors += u64::from(!fine);
            noticed.took.push(took);
        }
    }
    while let Some(Ok((fine, took))) = under_way.join_next().await {
        noticed.errors += u64::from(!fine);
        noticed.took.push(took);
    }
    noticed
}
