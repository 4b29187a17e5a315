//! Frame sizes and billed tokens, by the measured formula.

/// Frames per second of every output.
pub(crate) const FRAMES_PER_SECOND: i64 = 24;
/// How long the input videos of a request are taken to be; nothing is downloaded.
pub(crate) const INPUT_SECONDS: i64 = 5;

/// Width and height by resolution, in the order of [`RATIOS`].
const SIZES: [(&str, [(i64, i64); 6]); 4] = [
    ("480p", [(864, 496), (752, 560), (640, 640), (560, 752), (496, 864), (992, 432)]),
    ("720p", [(1280, 720), (1112, 834), (960, 960), (834, 1112), (720, 1280), (1470, 630)]),
    ("1080p", [(1920, 1080), (1664, 1248), (1440, 1440), (1248, 1664), (1080, 1920), (2206, 946)]),
    ("4k", [(3840, 2160), (3326, 2494), (2880, 2880), (2494, 3326), (2160, 3840), (4398, 1886)]),
];
const RATIOS: [&str; 6] = ["16:9", "4:3", "1:1", "3:4", "9:16", "21:9"];

/// The tokens of a video: the frames of input and output and one more, but with a video as input
/// not less than five thirds of the output.
pub(crate) fn billed(resolution: &str, ratio: &str, seconds: i64, has_video: bool) -> i64 {
    let (width, height) = size(resolution, ratio);
    let pixels = width * height;
    let input_seconds = if has_video { INPUT_SECONDS } else { 0 };
    let frames = FRAMES_PER_SECOND * (input_seconds + seconds) + 1;
    let counted = pixels * frames / 1024;
    if !has_video {
        return counted;
    }
    let least_seconds = (seconds * 5 + 2) / 3;
    counted.max(least_seconds * pixels * FRAMES_PER_SECOND / 1024)
}

/// The size of a frame; 0 by 0 for what the rules never let through.
fn size(resolution: &str, ratio: &str) -> (i64, i64) {
    let row = SIZES.iter().find(|(name, _)| *name == resolution);
    let column = RATIOS.iter().position(|name| *name == ratio);
    row.zip(column).and_then(|((_, sizes), column)| sizes.get(column).copied()).unwrap_or((0, 0))
}

#[cfg(test)]
mod tests {
    use super::billed;

    #[test]
    fn tokens_are_those_that_were_measured() {
        assert_eq!(billed("720p", "16:9", 4, false), 87_300);
        assert_eq!(billed("720p", "16:9", 5, false), 108_900);
        assert_eq!(billed("720p", "16:9", 15, false), 324_900);
        assert_eq!(billed("4k", "16:9", 15, false), 2_924_100);
        // The minimum of 9 seconds is below 10 seconds of input and output.
        assert_eq!(billed("720p", "16:9", 5, true), 216_900);
        // 15 seconds of output ask for 25, more than 5 of input and 15 of output.
        assert_eq!(billed("720p", "16:9", 15, true), 540_000);
        // Five thirds of 14 are rounded up to 24.
        assert_eq!(billed("720p", "16:9", 14, true), 518_400);
    }
}
