//! How many tokens a video will probably take, for quotes, and can take at most, for reservations.
//!
//! Never for charges: only the upstream's usage is charged, and it is never checked against
//! an estimate.

use std::fmt;

use seedance_model::{ClipDuration, FRAMES_PER_SECOND, FrameSize, Ratio, Resolution};

use crate::sku::VideoInput;
use crate::tokens::TokenCount;
use crate::video_seconds::VideoSeconds;

/// Pixels that make one token, over all frames.
const PIXELS_PER_TOKEN: u64 = 1024;
/// The adaptive ratio was seen to exceed the largest listed frame by less than 1 in this many.
const ADAPTIVE_MARGIN: u32 = 100;
/// Seconds of reference video that are never exceeded: 15, and the fraction that is tolerated.
const MOST_INPUT_SECONDS: u8 = VideoSeconds::MAX.get() + 1;

/// An estimate, and what it assumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenEstimate {
    /// The tokens to expect at most.
    pub tokens: TokenCount,
    /// Seconds of output: the longest that the requested duration allows.
    pub output_seconds: u8,
    /// Seconds of reference video, if there is any.
    pub video_input: Option<VideoSeconds>,
    /// Pixels of one frame.
    pub frame_pixels: u32,
    /// Whether the upstream's minimum for short reference videos decided.
    pub is_minimum: bool,
}

/// The tokens that a video will probably take at most.
///
/// - In general `floor(pixels × (24 × (input + output seconds) + 1) / 1024)`: the official formula,
///   with the one frame more that is billed in practice.
/// - With reference video at least `ceil(output seconds × 5 / 3) × pixels × 24 / 1024`, rounded up.
/// - The adaptive ratio counts the largest frame of the resolution and 1 % more, rounded up.
/// - A duration left to the model counts as 15 seconds.
pub fn estimate(
    resolution: Resolution,
    ratio: Ratio,
    duration: ClipDuration,
    video_input: Option<VideoSeconds>,
) -> TokenEstimate {
    let frame_pixels = frame_pixels(resolution, ratio);
    let output_seconds = duration.longest_seconds();
    let input_seconds = video_input.map_or(0, VideoSeconds::get);
    let formula = formula_tokens(frame_pixels, output_seconds, input_seconds);
    let minimum = video_input.map_or(0, |_| minimum_tokens(frame_pixels, output_seconds));
    TokenEstimate {
        tokens: TokenCount::closest_to(formula.max(minimum)),
        output_seconds,
        video_input,
        frame_pixels,
        is_minimum: formula < minimum,
    }
}

/// The most tokens that a request can be billed, whatever its reference videos turn out to be.
///
/// An [`estimate`] for the longest reference video that the upstream takes, with its tolerance.
pub fn most_tokens(
    resolution: Resolution,
    ratio: Ratio,
    duration: ClipDuration,
    video_input: VideoInput,
) -> TokenCount {
    let frame_pixels = frame_pixels(resolution, ratio);
    let output_seconds = duration.longest_seconds();
    TokenCount::closest_to(match video_input {
        VideoInput::Without => formula_tokens(frame_pixels, output_seconds, 0),
        VideoInput::With => formula_tokens(frame_pixels, output_seconds, MOST_INPUT_SECONDS)
            .max(minimum_tokens(frame_pixels, output_seconds)),
    })
}

/// Pixels of the frame that a request will have, or at most will have.
fn frame_pixels(resolution: Resolution, ratio: Ratio) -> u32 {
    let largest = resolution.max_pixels();
    let adaptive = largest + largest.div_ceil(ADAPTIVE_MARGIN);
    resolution.frame_size(ratio).map_or(adaptive, FrameSize::pixels)
}

/// Tokens by length and frame size. With 32-bit pixels and 8-bit seconds, far from 64 bits.
fn formula_tokens(frame_pixels: u32, output_seconds: u8, input_seconds: u8) -> u64 {
    let seconds = u64::from(input_seconds) + u64::from(output_seconds);
    u64::from(frame_pixels) * (u64::from(FRAMES_PER_SECOND) * seconds + 1) / PIXELS_PER_TOKEN
}

/// The least that the upstream bills for a video that has a reference video.
fn minimum_tokens(frame_pixels: u32, output_seconds: u8) -> u64 {
    let billed_seconds = (u64::from(output_seconds) * 5).div_ceil(3);
    // How the upstream rounds here was never seen, so the estimate rounds up.
    let frames = billed_seconds * u64::from(FRAMES_PER_SECOND);
    (frames * u64::from(frame_pixels)).div_ceil(PIXELS_PER_TOKEN)
}

/// The estimate in one line, for people.
impl fmt::Display for TokenEstimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} tokens: {} s of {} pixels",
            self.tokens, self.output_seconds, self.frame_pixels
        )?;
        if let Some(seconds) = self.video_input {
            write!(f, ", {seconds} s of reference video")?;
        }
        if self.is_minimum {
            f.write_str(", the minimum with reference video")?;
        }
        Ok(())
    }
}
