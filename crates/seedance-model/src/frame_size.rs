//! Frame sizes by resolution and ratio, and the frame rate.

use std::fmt;

use crate::ratio::Ratio;
use crate::resolution::Resolution;

/// Frames per second of every video (`framespersecond`).
pub const FRAMES_PER_SECOND: u32 = 24;

/// The size of one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FrameSize {
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
}

impl FrameSize {
    const fn new(width_px: u32, height_px: u32) -> Self {
        Self { width_px, height_px }
    }

    /// Width times height.
    pub fn pixels(self) -> u32 {
        self.width_px.saturating_mul(self.height_px)
    }
}

impl fmt::Display for FrameSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width_px, self.height_px)
    }
}

impl Resolution {
    /// The frame size of this tier at `ratio`; `None` for [`Ratio::Adaptive`], where the model
    /// chooses.
    ///
    /// Source: the upstream's table of the 2.0 family; the 4k column is also section 2.1 of the
    /// public contract.
    pub fn frame_size(self, ratio: Ratio) -> Option<FrameSize> {
        let [p480, p720, p1080, p4k] = sizes(ratio)?;
        Some(match self {
            Self::P480 => p480,
            Self::P720 => p720,
            Self::P1080 => p1080,
            Self::P4k => p4k,
        })
    }

    /// The most pixels that a frame of this tier has at any fixed ratio.
    pub fn max_pixels(self) -> u32 {
        Ratio::ALL
            .into_iter()
            .filter_map(|ratio| self.frame_size(ratio))
            .map(FrameSize::pixels)
            .max()
            .unwrap_or_default()
    }
}

/// The sizes of one ratio at 480p, 720p, 1080p and 4k.
fn sizes(ratio: Ratio) -> Option<[FrameSize; 4]> {
    let sizes = match ratio {
        Ratio::Adaptive => return None,
        Ratio::R16x9 => [(864, 496), (1280, 720), (1920, 1080), (3840, 2160)],
        Ratio::R9x16 => [(496, 864), (720, 1280), (1080, 1920), (2160, 3840)],
        Ratio::R1x1 => [(640, 640), (960, 960), (1440, 1440), (2880, 2880)],
        Ratio::R4x3 => [(752, 560), (1112, 834), (1664, 1248), (3326, 2494)],
        Ratio::R3x4 => [(560, 752), (834, 1112), (1248, 1664), (2494, 3326)],
        Ratio::R21x9 => [(992, 432), (1470, 630), (2206, 946), (4398, 1886)],
    };
    Some(sizes.map(|(width, height)| FrameSize::new(width, height)))
}
