//! The aspect ratios of a video.

use std::fmt;

use crate::error::Error;

/// The aspect ratio of a video (`ratio`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ratio {
    /// `adaptive`: the model chooses, the upstream's default.
    Adaptive,
    /// `16:9`.
    R16x9,
    /// `9:16`.
    R9x16,
    /// `1:1`.
    R1x1,
    /// `4:3`.
    R4x3,
    /// `3:4`.
    R3x4,
    /// `21:9`.
    R21x9,
}

impl Ratio {
    /// All ratios, in the order of the contract.
    pub const ALL: [Self; 7] =
        [Self::Adaptive, Self::R16x9, Self::R9x16, Self::R1x1, Self::R4x3, Self::R3x4, Self::R21x9];

    /// The ratio that `name` means, to the letter.
    pub fn parse(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|ratio| ratio.name() == name)
            .ok_or_else(|| Error::unknown("ratio", name, Self::ALL.map(Self::name)))
    }

    /// The name in requests and replies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Adaptive => "adaptive",
            Self::R16x9 => "16:9",
            Self::R9x16 => "9:16",
            Self::R1x1 => "1:1",
            Self::R4x3 => "4:3",
            Self::R3x4 => "3:4",
            Self::R21x9 => "21:9",
        }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
