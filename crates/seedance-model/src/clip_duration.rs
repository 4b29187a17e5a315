//! How long a video is to be.

use std::fmt;

/// The length of a video (`duration`), in whole seconds or chosen by the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClipDuration {
    /// `-1`: the model chooses within [`ClipDuration::MIN_SECONDS`] to [`ClipDuration::MAX_SECONDS`].
    Auto,
    /// A fixed number of seconds.
    Seconds(u8),
}

impl ClipDuration {
    /// The shortest video, in seconds.
    pub const MIN_SECONDS: u8 = 4;
    /// The longest video, in seconds.
    pub const MAX_SECONDS: u8 = 15;
    /// What the upstream makes when a request names no duration.
    pub const DEFAULT: Self = Self::Seconds(5);

    /// The duration that a request's number means: -1 or 4 to 15, else `None`.
    pub fn of(seconds: i64) -> Option<Self> {
        if seconds == -1 {
            return Some(Self::Auto);
        }
        u8::try_from(seconds)
            .ok()
            .filter(|s| (Self::MIN_SECONDS..=Self::MAX_SECONDS).contains(s))
            .map(Self::Seconds)
    }

    /// The longest that this can become, in seconds: what a reservation has to cover.
    pub fn longest_seconds(self) -> u8 {
        match self {
            Self::Auto => Self::MAX_SECONDS,
            Self::Seconds(seconds) => seconds,
        }
    }
}

impl fmt::Display for ClipDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("-1"),
            Self::Seconds(seconds) => write!(f, "{seconds}"),
        }
    }
}
