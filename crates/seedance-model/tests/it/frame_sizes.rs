//! The table of frame sizes, against the table written out once more.

use seedance_model::{FRAMES_PER_SECOND, Ratio, Resolution};

/// One row per resolution, one column per fixed ratio.
const RATIOS: [&str; 6] = ["16:9", "4:3", "1:1", "3:4", "9:16", "21:9"];
const SIZES: [(&str, [&str; 6]); 4] = [
    ("480p", ["864x496", "752x560", "640x640", "560x752", "496x864", "992x432"]),
    ("720p", ["1280x720", "1112x834", "960x960", "834x1112", "720x1280", "1470x630"]),
    ("1080p", ["1920x1080", "1664x1248", "1440x1440", "1248x1664", "1080x1920", "2206x946"]),
    ("4k", ["3840x2160", "3326x2494", "2880x2880", "2494x3326", "2160x3840", "4398x1886"]),
];

#[test]
fn every_resolution_and_ratio_has_its_size() {
    for (resolution, sizes) in SIZES {
        let resolution = Resolution::parse(resolution).unwrap();
        for (ratio, size) in RATIOS.into_iter().zip(sizes) {
            let ratio = Ratio::parse(ratio).unwrap();
            let found = resolution.frame_size(ratio).unwrap();
            assert_eq!(found.to_string(), size, "{resolution} {ratio}");
            assert_eq!(found.pixels(), found.width_px * found.height_px);
        }
        assert_eq!(resolution.frame_size(Ratio::Adaptive), None);
    }
}

#[test]
fn the_largest_frame_of_each_tier_is_what_a_reservation_counts_with() {
    let found = Resolution::ALL.map(Resolution::max_pixels);
    assert_eq!(found, [428_544, 927_408, 2_086_876, 8_295_044]);
    assert_eq!(FRAMES_PER_SECOND, 24);
}
