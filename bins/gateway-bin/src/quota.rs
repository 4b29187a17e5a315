//! Keeps calls to one upstream account within its calls-per-second limit.
//!
//! The last calls are remembered, so that no window of one second ever holds more than the limit,
//! while an idle account may still make a burst of that size.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// One second, and a little more, because calls do not all travel equally fast.
const WINDOW: Duration = Duration::from_millis(1050);

/// A limit of calls a second, shared by everyone who holds it.
#[derive(Debug)]
pub(crate) struct Quota {
    per_second: usize,
    recent: Mutex<VecDeque<Instant>>,
}

impl Quota {
    pub(crate) fn per_second(limit: u32) -> Self {
        let per_second = usize::try_from(limit).unwrap_or(usize::MAX);
        Self { per_second, recent: Mutex::default() }
    }

    /// Takes one call if the limit has room now.
    pub(crate) fn try_take(&self) -> bool {
        self.take_at(Instant::now()).is_ok()
    }

    /// Waits for room, then takes one call.
    pub(crate) async fn take(&self) {
        while let Err(free_at) = self.take_at(Instant::now()) {
            sleep_until(free_at).await;
        }
    }

    /// Takes one call, or says when the oldest one leaves the window.
    fn take_at(&self, now: Instant) -> Result<(), Instant> {
        let mut recent = self.recent();
        while recent.front().is_some_and(|oldest| now.duration_since(*oldest) >= WINDOW) {
            recent.pop_front();
        }
        match recent.front() {
            Some(oldest) if recent.len() >= self.per_second => Err(*oldest + WINDOW),
            _ => {
                recent.push_back(now);
                Ok(())
            }
        }
    }

    fn recent(&self) -> MutexGuard<'_, VecDeque<Instant>> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
