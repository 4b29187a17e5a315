//! The one clock: every other part takes the time as an argument.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tenancy::{Store, UnixMillis};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often the clock of a database is read.
const FOLLOWING: Duration = Duration::from_secs(10);

/// Tells the time of day; a test drives its own.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<AtomicI64>),
    /// The clock of a database: what it said, and when that was.
    Followed(Arc<Mutex<(UnixMillis, Instant)>>),
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

    /// The clock of the database, if gateways share one and nobody drives the time by hand: a
    /// machine whose own clock is wrong then does no harm.
    pub(crate) async fn of(self, store: &Store) -> Result<Self, tenancy::Error> {
        match (&self.0, read(store).await?) {
            (Source::System, Some(told)) => Ok(Self(Source::Followed(Arc::new(Mutex::new(told))))),
            _ => Ok(self),
        }
    }

    /// Keeps up with the clock that is followed, until `stop`.
    pub(crate) async fn follow(self, store: Store, stop: CancellationToken) {
        let Source::Followed(last) = self.0 else { return };
        let mut rounds = interval(FOLLOWING);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while stop.run_until_cancelled(rounds.tick()).await.is_some() {
            match read(&store).await {
                Ok(Some(told)) => *lock(&last) = told,
                Ok(None) => return,
                // Until the database is back, the machine's monotonic clock goes on from there.
                Err(error) => tracing::debug!(%error, "the database's clock was not read"),
            }
        }
    }

    /// Now, in milliseconds since 1970.
    pub fn now(&self) -> UnixMillis {
        match &self.0 {
            Source::System => system_now(),
            Source::Manual(millis) => UnixMillis(millis.load(Ordering::SeqCst)),
            Source::Followed(last) => {
                let (told, at) = *lock(last);
                later(told, at.elapsed())
            }
        }
    }

    /// Moves a manual clock; the machine's clock stays as it is.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(millis) = &self.0 {
            millis.fetch_add(whole_millis(by), Ordering::SeqCst);
        }
    }
}

/// What the database's clock says, and when it said so: half way between question and answer.
async fn read(store: &Store) -> Result<Option<(UnixMillis, Instant)>, tenancy::Error> {
    let asked = Instant::now();
    let told = store.now().await?;
    Ok(told.map(|told| (told, asked + asked.elapsed() / 2)))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
