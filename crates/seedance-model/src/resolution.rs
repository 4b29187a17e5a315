//! The four output resolutions, and how each is encoded.

use std::fmt;

use crate::error::Error;

/// The resolution tier of a video (`resolution`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Resolution {
    /// `480p`.
    P480,
    /// `720p`, the upstream's default.
    P720,
    /// `1080p`, standard model only.
    P1080,
    /// `4k`, standard model only, 10-bit H.265.
    P4k,
}

impl Resolution {
    /// All tiers, smallest first.
    pub const ALL: [Self; 4] = [Self::P480, Self::P720, Self::P1080, Self::P4k];

    /// The tier that `name` means, to the letter.
    pub fn parse(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|tier| tier.name() == name)
            .ok_or_else(|| Error::unknown("resolution", name, Self::ALL.map(Self::name)))
    }

    /// The name in requests and replies.
    pub fn name(self) -> &'static str {
        match self {
            Self::P480 => "480p",
            Self::P720 => "720p",
            Self::P1080 => "1080p",
            Self::P4k => "4k",
        }
    }
}

impl fmt::Display for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
