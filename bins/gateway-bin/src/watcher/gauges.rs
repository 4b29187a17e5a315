//! How far the watcher is behind: measured now and then, for the metrics and for alarms.
//!
//! The upstream forgets its records after seven days, so an old live task is money at risk.

use std::time::Duration;

use tenancy::UnixMillis;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::app::{App, Current};
use crate::metrics::AccountState;
use crate::upstream::Upstream;

/// Rounds of the watcher between two measurements, which cost a step for each live task.
const ROUNDS: u32 = 15;
/// A live task of this age is unusual.
const OLD: Duration = Duration::from_hours(24);
/// A live task of this age will soon be gone upstream, and its price with it.
const AT_RISK: Duration = Duration::from_hours(5 * 24);
/// The pause between two alarms about one account.
const ALARM_PAUSE: Duration = Duration::from_hours(1);
/// Open intents are counted up to this many.
const INTENTS: u32 = 10_000;

/// Measures until `stop`.
pub(crate) async fn report(current: Current, name: String, stop: CancellationToken) {
    let mut rounds = interval(current.app().rules.look_interval * ROUNDS);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut quiet_until = None;
    while stop.run_until_cancelled(rounds.tick()).await.is_some() {
        let Some((app, upstream)) = current.account(&name) else { return };
        match stop.run_until_cancelled(measure(&app, &upstream)).await {
            Some(Ok(state)) => {
                upstream.metrics.account(&upstream.name, state);
                alarm(&upstream, state.oldest_unsettled, &mut quiet_until);
            }
            Some(Err(error)) => {
                let cause = format!("{error:#}");
                tracing::warn!(upstream = upstream.name, cause, "measuring failed");
            }
            None => return,
        }
    }
}

async fn measure(app: &App, upstream: &Upstream) -> anyhow::Result<AccountState> {
    let load = app.store.watch_load(&upstream.name).await?;
    let open = app.store.open_intents(&upstream.name, None, INTENTS).await?;
    let now = app.clock.now();
    Ok(AccountState {
        live_tasks: load.live_tasks,
        oldest_unsettled: load.oldest_created_at.map_or(Duration::ZERO, |at| since(at, now)),
        watch_lag: load.first_due_at.map_or(Duration::ZERO, |at| since(at, now)),
        asked_tasks: upstream.asked.len(),
        open_intents: open.len(),
    })
}

/// An operator hears of it once an hour.
fn alarm(upstream: &Upstream, oldest: Duration, quiet_until: &mut Option<Instant>) {
    let now = Instant::now();
    if oldest < OLD || quiet_until.is_some_and(|until| now < until) {
        return;
    }
    *quiet_until = Some(now + ALARM_PAUSE);
    let (upstream, hours) = (&upstream.name, oldest.as_secs() / 3600);
    if oldest >= AT_RISK {
        tracing::error!(upstream, hours, "a live task is about to be forgotten by the upstream");
    } else {
        tracing::warn!(upstream, hours, "a live task is old");
    }
}

fn since(time: UnixMillis, now: UnixMillis) -> Duration {
    Duration::from_millis(u64::try_from(now.0.saturating_sub(time.0)).unwrap_or_default())
}
