//! The simulator's clock: the machine's, or one that a test moves.
//!
//! The life of tasks and assets, retention, quotas and signature ages follow it. Delays on the
//! wire do not: a client's timeout runs on real time, so a fault that must outlast it does too.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// A clock in milliseconds of Unix time; clones show the same time.
#[derive(Clone, Debug)]
pub struct SimClock {
    /// Whether the machine's clock is added to the offset.
    ticks: bool,
    offset_ms: Arc<watch::Sender<i64>>,
}

impl SimClock {
    /// The machine's clock. [`SimClock::advance`] puts it ahead.
    pub fn real() -> Self {
        Self::with_offset(true, 0)
    }

    /// A clock that stands at `start_unix_ms` until [`SimClock::advance`] moves it.
    pub fn manual(start_unix_ms: i64) -> Self {
        Self::with_offset(false, start_unix_ms)
    }

    fn with_offset(ticks: bool, offset_ms: i64) -> Self {
        Self { ticks, offset_ms: Arc::new(watch::Sender::new(offset_ms)) }
    }

    /// The time now, in milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        let machine_ms = if self.ticks { machine_ms() } else { 0 };
        self.offset_ms.borrow().saturating_add(machine_ms)
    }

    /// Moves the clock forward and wakes what waited for the new time.
    pub fn advance(&self, by: Duration) {
        let by_ms = millis(by);
        self.offset_ms.send_modify(|offset| *offset = offset.saturating_add(by_ms));
    }

    /// Waits until the clock shows `due_ms` or later.
    pub(crate) async fn wait_until(&self, due_ms: i64) {
        let mut moved = self.offset_ms.subscribe();
        loop {
            moved.borrow_and_update();
            let left_ms = due_ms.saturating_sub(self.now_ms());
            if left_ms <= 0 {
                return;
            }
            let left = Duration::from_millis(u64::try_from(left_ms).unwrap_or(0));
            tokio::select! {
                _ = moved.changed() => {}
                () = pause(left), if self.ticks => {}
            }
        }
    }
}

impl Default for SimClock {
    fn default() -> Self {
        Self::real()
    }
}

/// A duration in whole milliseconds, as the tables of the simulator keep it.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Lets real time pass: the one place that sleeps.
#[expect(
    clippy::disallowed_methods,
    reason = "the pause is the behaviour: a slow upstream, or a task that takes its time"
)]
pub(crate) async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the simulator's one reading of the machine's clock"
)]
fn machine_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, millis)
}
