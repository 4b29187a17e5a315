//! The time in which the bench itself was running: a machine that stood still, or a bench that was
//! stopped, is no sign that the gateway does nothing.

use std::time::Duration;

use tokio::time::{Instant, Interval, interval};

/// The pause between two looks.
const LOOK: Duration = Duration::from_millis(100);
/// What counts of a pause at most. What is longer was not the bench's own doing.
const MOST: Duration = Duration::from_secs(1);

/// Counts from its making.
#[derive(Debug)]
pub(crate) struct Awake {
    looks: Interval,
    last: Instant,
    time: Duration,
}

impl Awake {
    pub(crate) fn begin() -> Self {
        Self { looks: interval(LOOK), last: Instant::now(), time: Duration::ZERO }
    }

    /// Waits for the time of the next look, and tells how long the bench was running so far.
    pub(crate) async fn look(&mut self) -> Duration {
        self.looks.tick().await;
        let passed = std::mem::replace(&mut self.last, Instant::now());
        self.time += passed.elapsed().min(MOST);
        self.time
    }
}
