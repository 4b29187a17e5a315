//! A log line that may be due thousands of times a second, and is written every ten seconds.

use std::time::Duration;

use tokio::time::Instant;

/// The shortest time between two lines.
const PAUSE: Duration = Duration::from_secs(10);

/// What happened since the last line.
#[derive(Debug, Default)]
pub(super) struct Complaint {
    count: u64,
    told: Option<Instant>,
}

impl Complaint {
    /// Counts one more; gives the count if it is time to tell.
    pub(super) fn due(&mut self) -> Option<u64> {
        self.count += 1;
        let now = Instant::now();
        if self.told.is_some_and(|told| now < told + PAUSE) {
            return None;
        }
        self.told = Some(now);
        Some(std::mem::take(&mut self.count))
    }
}
