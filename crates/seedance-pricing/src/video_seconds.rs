//! The length of the reference videos of a request, for estimates.

use std::fmt;

/// The total length of a request's reference videos, in whole seconds, from 2 to 15.
///
/// A length between two whole seconds is rounded up by the caller, so that the estimate covers
/// it. The upstream takes 1 to 3 reference videos of at most 15 seconds together; the fraction of
/// a second that it tolerates beyond that counts as 15 seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VideoSeconds(u8);

impl VideoSeconds {
    /// The shortest input, 2 seconds.
    pub const MIN: Self = Self(2);
    /// The longest input, 15 seconds: what a quote assumes while the length is unknown.
    pub const MAX: Self = Self(15);

    /// The length, if it is in the range.
    pub fn new(seconds: u32) -> Result<Self, InvalidVideoSeconds> {
        u8::try_from(seconds)
            .ok()
            .map(Self)
            .filter(|length| (Self::MIN..=Self::MAX).contains(length))
            .ok_or(InvalidVideoSeconds { seconds })
    }

    /// The number of seconds.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for VideoSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The refusal of a length of reference videos that the upstream would not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidVideoSeconds {
    seconds: u32,
}

impl fmt::Display for InvalidVideoSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (min, max) = (VideoSeconds::MIN, VideoSeconds::MAX);
        write!(f, "video input of `{}` seconds is out of range; use {min} to {max}", self.seconds)
    }
}

impl std::error::Error for InvalidVideoSeconds {}
