//! The one clock: every other part takes the time as an argument.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tenancy::UnixMillis;

/// Tells the time of day; a test drives its own.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until it is moved.
    pub fn manual(start: UnixMillis) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.0))))
    }

    /// Now, in milliseconds since 1970.
    pub fn now(&self) -> UnixMillis {
        match &self.0 {
            Source::System => system_now(),
            Source::Manual(millis) => UnixMillis(millis.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock; the machine's clock stays as it is.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(millis) = &self.0 {
            millis.fetch_add(whole_millis(by), Ordering::SeqCst);
        }
    }
}

/// `time` later by `by`; a time beyond the calendar's end stays at its end.
pub(crate) fn later(time: UnixMillis, by: Duration) -> UnixMillis {
    UnixMillis(time.0.saturating_add(whole_millis(by)))
}

/// Whole seconds since 1970, as replies show them.
pub(crate) fn unix_seconds(time: UnixMillis) -> i64 {
    time.0.div_euclid(1000)
}

fn whole_millis(by: Duration) -> i64 {
    i64::try_from(by.as_millis()).unwrap_or(i64::MAX)
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
fn system_now() -> UnixMillis {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixMillis(whole_millis(since_1970))
}
