//! How long a client may take for each part of an exchange.

use std::time::Duration;

use tokio::time::Instant;

/// Fewest bytes a second of a body, from its head start on.
const BODY_BYTES_PER_SECOND: u64 = 1024;
/// The head start of a body, before its rate counts.
const BODY_HEAD_START: Duration = Duration::from_secs(5);

/// How long a client may take; past a deadline the connection is closed without a word.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// From the connection to the first byte of a request.
    pub first_byte: Duration,
    /// From the first byte of a head to its end.
    pub head: Duration,
    /// From the wait for a body to its end. It has to come at 1 KiB/s at least, too, with a head
    /// start of 5 s.
    pub body: Duration,
    /// From an answer to the first byte of the next request.
    pub idle: Duration,
    /// From the first byte that an answer has to wait with to the last that the client takes.
    pub write: Duration,
    /// From the end of an answer to what the client still sends and nobody reads.
    pub closing: Duration,
}

impl Deadlines {
    /// What holds where nothing is configured.
    pub const DEFAULT: Self = Self {
        first_byte: Duration::from_secs(10),
        head: Duration::from_secs(10),
        body: Duration::from_secs(30),
        idle: Duration::from_mins(1),
        write: Duration::from_secs(30),
        closing: Duration::from_secs(2),
    };

    /// When a body that is waited for since then, and has brought these bytes, is too slow.
    pub(super) fn of_body(&self, since: Instant, bytes: u64) -> Instant {
        let earned = Duration::from_millis(bytes.saturating_mul(1000) / BODY_BYTES_PER_SECOND);
        since + self.body.min(BODY_HEAD_START.saturating_add(earned))
    }
}
