//! A limit of calls a second that several gateways on one database keep together: calls have slots,
//! evenly apart, and the database gives each slot to one of them.
//!
//! A tenant's poll cannot wait for the database, so one slot is reserved ahead while anybody wants
//! one. Slots that nobody uses are lost, which the upstream does not mind.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tenancy::{Store, UnixMillis};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::clock::{Clock, later};
use crate::quota::SECOND;

/// How far ahead a slot is reserved for those who cannot wait.
const AHEAD: Duration = Duration::from_secs(1);
/// How far ahead a slot is reserved for those who wait.
const PATIENCE: Duration = Duration::from_secs(30);
/// A slot that is older is lost: used late, it would be too near to another's.
const FRESH: Duration = Duration::from_millis(40);
/// Calls do not all travel equally fast.
const JITTER: Duration = Duration::from_millis(50);
/// The same for who waits: a busy machine wakes up late, and one that stood still much later.
const LATE: Duration = Duration::from_millis(250);
/// So many slots in a row may be lost to being late. More, and this machine is always late, which
/// is no reason to make no call at all.
const MOST_LOST: u32 = 3;
/// The pause after the database gave no slot.
const PAUSE: Duration = Duration::from_secs(1);

/// The calls of one kind to one account.
#[derive(Debug)]
pub(crate) struct Lane {
    store: Store,
    clock: Clock,
    name: String,
    spacing: Duration,
    reserved: Mutex<Option<Instant>>,
    wanted: Notify,
}

impl Lane {
    pub(crate) fn new(store: Store, clock: Clock, name: String, per_second: u32) -> Self {
        // A call arrives later than it starts, by a little more or less each time.
        let spacing = (SECOND + JITTER) / per_second.max(1);
        let (reserved, wanted) = (Mutex::default(), Notify::new());
        Self { store, clock, name, spacing, reserved, wanted }
    }

    /// Whether a slot is there now; if not, one is reserved for whoever asks next.
    pub(crate) fn has_slot(&self, now: Instant) -> bool {
        let is_there = self.reserved().is_some_and(|at| at <= now && now < at + FRESH);
        if !is_there {
            self.wanted.notify_one();
        }
        is_there
    }

    /// Uses the slot up, and has the next one reserved.
    pub(crate) fn use_slot(&self) {
        *self.reserved() = None;
        self.wanted.notify_one();
    }

    /// Waits for a slot of its own. Who stood still in the meantime, and with it the whole process,
    /// waits for another one.
    pub(crate) async fn take(&self) {
        let mut lost = 0;
        loop {
            let Some(at) = self.reserve(PATIENCE).await else {
                sleep_until(Instant::now() + PAUSE).await;
                continue;
            };
            sleep_until(at).await;
            if Instant::now() < at + LATE || lost >= MOST_LOST {
                return;
            }
            lost += 1;
        }
    }

    /// Reserves slots ahead while they are wanted, until `stop`.
    pub(crate) async fn reserve_ahead(&self, stop: CancellationToken) {
        while stop.run_until_cancelled(self.wanted.notified()).await.is_some() {
            let Some(at) = self.reserve(AHEAD).await else { continue };
            sleep_until(at).await;
            *self.reserved() = Some(at);
        }
    }

    async fn reserve(&self, ahead: Duration) -> Option<Instant> {
        let now = self.clock.now();
        let slot = self.store.reserve_call(&self.name, self.spacing, now, later(now, ahead)).await;
        match slot {
            Ok(slot) => slot.map(|at| Instant::now() + until(at, self.clock.now())),
            Err(error) => {
                let cause = format!("{:#}", anyhow::Error::new(error));
                tracing::warn!(lane = self.name, cause, "no call could be reserved");
                None
            }
        }
    }

    fn reserved(&self) -> MutexGuard<'_, Option<Instant>> {
        self.reserved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn until(at: UnixMillis, now: UnixMillis) -> Duration {
    Duration::from_millis(u64::try_from(at.0.saturating_sub(now.0)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use futures_util::poll;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn p47_a_gateway_that_stood_still_takes_no_slot_of_its_past() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("gateway.db").display());
        let (store, clock) = (Store::open(&url).await.unwrap(), Clock::manual(UnixMillis(0)));
        let lane = || Lane::new(store.clone(), clock.clone(), "list:default".to_owned(), 1);
        let (paused, other) = (lane(), lane());
        paused.take().await;
        let mut waiting = std::pin::pin!(paused.take());
        assert!(poll!(&mut waiting).is_pending());

        let standstill = PATIENCE;
        clock.advance(standstill);
        tokio::time::advance(standstill).await;
        other.take().await;
        let awake = Instant::now();
        waiting.await;
        assert!(awake.elapsed() >= SECOND, "two calls within {:?}", awake.elapsed());
    }
}
