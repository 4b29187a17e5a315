//! Keeps polls away from an account that does not answer, and tries it again, ever more rarely.
//!
//! Pure: the caller says what time it is. Creates never ask it: an order is the tenant's own risk.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// So many failures in a row, and only the watcher's next round is let through.
const OPENS_AFTER: u32 = 5;
/// The longest pause after a failure, unless the upstream itself asks for a longer one.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// The state of one account.
#[derive(Debug)]
pub(crate) struct Breaker {
    /// The pause after the first failure is at most this long.
    first_pause: Duration,
    recent: Mutex<Recent>,
}

#[derive(Debug, Default)]
struct Recent {
    failures: u32,
    /// No round before this time.
    not_before: Option<Instant>,
}

impl Breaker {
    pub(crate) fn new(first_pause: Duration) -> Self {
        Self { first_pause, recent: Mutex::default() }
    }

    /// Whether tenants' polls are answered from the store alone.
    pub(crate) fn is_open(&self) -> bool {
        self.recent().failures >= OPENS_AFTER
    }

    /// When the next round may be made, if it has to wait.
    pub(crate) fn not_before(&self) -> Option<Instant> {
        self.recent().not_before
    }

    /// The account answered.
    pub(crate) fn answered(&self) {
        *self.recent() = Recent::default();
    }

    /// The account failed, and may have said how long it wants to be left alone.
    pub(crate) fn failed(&self, now: Instant, asked_pause: Option<Duration>) {
        let mut recent = self.recent();
        recent.failures = recent.failures.saturating_add(1);
        let pause =
            jittered(self.longest_pause(recent.failures)).max(asked_pause.unwrap_or_default());
        // A poll that fails late does not shorten what was asked for before.
        let until = now + pause;
        recent.not_before = Some(recent.not_before.map_or(until, |before| before.max(until)));
    }

    /// Doubles with each failure in a row.
    fn longest_pause(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(16);
        self.first_pause.saturating_mul(1 << doublings).min(LONGEST_PAUSE)
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Anything up to `longest`, so that gateways that failed together do not come back together.
fn jittered(longest: Duration) -> Duration {
    // A new `RandomState` is seeded by the operating system; no other randomness is needed here.
    let random = RandomState::new().hash_one(0_u8);
    let millis = u64::try_from(longest.as_millis()).unwrap_or(u64::MAX).saturating_add(1);
    Duration::from_millis(random % millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p47_pauses_double_up_to_a_minute_and_are_not_all_alike() {
        let breaker = Breaker::new(Duration::from_secs(1));
        let longest: Vec<u64> = (1..=8).map(|n| breaker.longest_pause(n).as_secs()).collect();
        assert_eq!(longest, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(breaker.longest_pause(u32::MAX), LONGEST_PAUSE);
        let pauses: Vec<Duration> = (0..100).map(|_| jittered(LONGEST_PAUSE)).collect();
        assert!(pauses.iter().all(|pause| *pause <= LONGEST_PAUSE));
        assert!(pauses.iter().any(|pause| *pause != pauses[0]));
    }

    #[test]
    fn p47_it_opens_after_five_failures_in_a_row_and_closes_with_one_answer() {
        let (breaker, now) = (Breaker::new(Duration::from_secs(1)), Instant::now());
        for _ in 0..4 {
            breaker.failed(now, None);
        }
        breaker.answered();
        assert_eq!(breaker.not_before(), None);
        for failure in 1..=5 {
            assert!(!breaker.is_open(), "after {failure} failures");
            breaker.failed(now, None);
        }
        assert!(breaker.is_open());
        breaker.answered();
        assert!(!breaker.is_open());
    }

    #[test]
    fn p47_a_pause_that_was_asked_for_is_kept() {
        let (breaker, now) = (Breaker::new(Duration::from_secs(1)), Instant::now());
        breaker.failed(now, Some(Duration::from_mins(4)));
        breaker.failed(now, None);
        assert_eq!(breaker.not_before(), Some(now + Duration::from_mins(4)));
    }
}
