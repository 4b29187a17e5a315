//! How a video of each resolution is encoded.

use std::fmt;

use crate::resolution::Resolution;

/// Codec and colour depth of a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Encoding {
    /// `H.264` or `H.265`.
    pub codec: &'static str,
    /// Bits per colour channel.
    pub bits: u8,
}

impl Resolution {
    /// How a video of this tier is encoded: 4k is 10-bit H.265 (section 2.1 of the public
    /// contract), the others are 8-bit H.264.
    pub fn encoding(self) -> Encoding {
        match self {
            Self::P480 | Self::P720 | Self::P1080 => Encoding { codec: "H.264", bits: 8 },
            Self::P4k => Encoding { codec: "H.265", bits: 10 },
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} bit", self.codec, self.bits)
    }
}
