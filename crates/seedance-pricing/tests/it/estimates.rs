//! Token estimates against observed bills, the official examples and the whole request grid.

use seedance_model::{ClipDuration, Ratio, Resolution};
use seedance_pricing::{VideoInput, VideoSeconds, estimate, most_tokens};
use serde::Deserialize;

use crate::support::cases;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EstimateCase {
    why: String,
    resolution: String,
    ratio: String,
    duration: i64,
    video_input_seconds: Option<u32>,
    tokens: u64,
    output_seconds: u8,
    frame_pixels: u32,
    is_minimum: bool,
}

#[test]
fn estimates_are_the_golden_ones() {
    for case in cases::<EstimateCase>("estimates.json") {
        let why = &case.why;
        let input = case.video_input_seconds.map(video_seconds);
        let found = estimate(
            Resolution::parse(&case.resolution).unwrap(),
            Ratio::parse(&case.ratio).unwrap(),
            ClipDuration::of(case.duration).unwrap(),
            input,
        );
        assert_eq!(found.tokens.get(), case.tokens, "{why}");
        assert_eq!(found.output_seconds, case.output_seconds, "{why}");
        assert_eq!(found.video_input, input, "{why}");
        assert_eq!(found.frame_pixels, case.frame_pixels, "{why}");
        assert_eq!(found.is_minimum, case.is_minimum, "{why}");
    }
}

/// The part of an official example that concerns an estimate.
#[derive(Deserialize)]
struct OfficialExample {
    why: String,
    resolution: String,
    video_input_seconds: Option<u32>,
    tokens: u64,
}

#[test]
fn estimates_are_at_most_one_frame_above_the_official_examples() {
    for case in cases::<OfficialExample>("official_examples.json") {
        let found = estimate(
            Resolution::parse(&case.resolution).unwrap(),
            Ratio::R16x9,
            ClipDuration::of(5).unwrap(),
            case.video_input_seconds.map(video_seconds),
        );
        let one_frame = u64::from(found.frame_pixels / 1024);
        let expected = if found.is_minimum { case.tokens } else { case.tokens + one_frame };
        assert_eq!(found.tokens.get(), expected, "{}: {}", case.resolution, case.why);
    }
}

#[test]
fn an_adaptive_ratio_is_never_estimated_below_a_fixed_one() {
    for resolution in Resolution::ALL {
        for ratio in Ratio::ALL {
            for (duration, input) in lengths() {
                let adaptive = estimate(resolution, Ratio::Adaptive, duration, input);
                let fixed = estimate(resolution, ratio, duration, input);
                assert!(fixed.tokens <= adaptive.tokens, "{resolution} {ratio} {duration}");
            }
        }
    }
}

#[test]
fn a_longer_input_or_output_is_never_estimated_lower() {
    for resolution in Resolution::ALL {
        for (duration, input) in lengths() {
            let of = |duration, input| estimate(resolution, Ratio::R16x9, duration, input).tokens;
            let found = of(duration, input);
            assert!(of(duration, None) <= found, "{resolution} {duration}");
            assert!(found <= of(ClipDuration::Auto, input), "{resolution} {duration}");
            assert!(found <= of(duration, Some(VideoSeconds::MAX)), "{resolution} {duration}");
        }
    }
}

#[test]
fn p17_a_reservation_covers_every_estimate_of_the_request() {
    for resolution in Resolution::ALL {
        for ratio in Ratio::ALL {
            for (duration, input) in lengths() {
                let most = |with| most_tokens(resolution, ratio, duration, with);
                let found = estimate(resolution, ratio, duration, input).tokens;
                match input {
                    None => assert_eq!(most(VideoInput::Without), found),
                    Some(_) => assert!(found < most(VideoInput::With), "{resolution} {duration}"),
                }
                assert!(
                    most(VideoInput::With)
                        <= most_tokens(
                            resolution,
                            Ratio::Adaptive,
                            ClipDuration::Auto,
                            VideoInput::With
                        )
                );
            }
        }
    }
    // 15.2 s of reference video are tolerated, and billed to the frame.
    let fifteen = ClipDuration::of(15).unwrap();
    let most = most_tokens(Resolution::P720, Ratio::R16x9, fifteen, VideoInput::With);
    assert_eq!(most.get(), 900 * (24 * 31 + 1));
    assert!(900 * (24 * 302 / 10 + 2) < most.get());
}

#[test]
fn a_duration_that_no_request_can_have_still_gives_an_estimate() {
    for seconds in [0, u8::MAX] {
        let duration = ClipDuration::Seconds(seconds);
        let found = estimate(Resolution::P4k, Ratio::Adaptive, duration, Some(VideoSeconds::MAX));
        assert!(0 < found.tokens.get());
    }
}

#[test]
fn video_input_has_2_to_15_seconds() {
    for seconds in 2..=15 {
        assert_eq!(u32::from(video_seconds(seconds).get()), seconds);
    }
    for seconds in [0, 1, 16, 255, 256, 258, u32::MAX] {
        let error = VideoSeconds::new(seconds).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("video input of `{seconds}` seconds is out of range; use 2 to 15")
        );
    }
}

#[test]
fn an_estimate_explains_itself_in_one_line() {
    let of = |seconds, input| {
        let duration = ClipDuration::of(seconds).unwrap();
        estimate(Resolution::P720, Ratio::R16x9, duration, input).to_string()
    };
    assert_eq!(of(4, None), "87300 tokens: 4 s of 921600 pixels");
    assert_eq!(
        of(5, Some(VideoSeconds::MIN)),
        "194400 tokens: 5 s of 921600 pixels, 2 s of reference video, \
         the minimum with reference video"
    );
    assert_eq!(
        of(5, Some(VideoSeconds::MAX)),
        "432900 tokens: 5 s of 921600 pixels, 15 s of reference video"
    );
}

/// Every duration with every reference length, and without one.
fn lengths() -> impl Iterator<Item = (ClipDuration, Option<VideoSeconds>)> {
    let durations = (-1..=15).filter_map(ClipDuration::of);
    durations.flat_map(|duration| {
        let inputs = (2..=15).map(|seconds| Some(video_seconds(seconds)));
        inputs.chain([None]).map(move |input| (duration, input))
    })
}

#[track_caller]
fn video_seconds(seconds: u32) -> VideoSeconds {
    VideoSeconds::new(seconds).unwrap()
}
