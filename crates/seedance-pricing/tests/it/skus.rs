//! Which SKU a video is, over every model, resolution and kind of input.

use std::collections::BTreeSet;

use seedance_model::{Model, Resolution};
use seedance_pricing::{Sku, VideoInput};

/// The name that section 3 of the contract gives, spelled from its parts.
fn contract_name(model: Model, resolution: Resolution, video: VideoInput) -> String {
    let suffix = match video {
        VideoInput::Without => "novideo",
        VideoInput::With => "video",
    };
    match model {
        Model::Standard => format!("{model}-{resolution}-{suffix}"),
        Model::Fast | Model::Mini => format!("{model}-{suffix}"),
    }
}

#[test]
fn every_video_has_the_sku_that_the_contract_names() {
    for model in Model::ALL {
        for resolution in Resolution::ALL {
            for video in [VideoInput::Without, VideoInput::With] {
                let sku = Sku::of(model, resolution, video);
                assert_eq!(sku.name(), contract_name(model, resolution, video));
            }
        }
    }
}

#[test]
fn the_supported_videos_reach_all_twelve_skus() {
    let mut reached = BTreeSet::new();
    for model in Model::ALL {
        for resolution in model.resolutions() {
            for has_video in [false, true] {
                reached.insert(Sku::of(model, *resolution, VideoInput::of(has_video)));
            }
        }
    }
    assert_eq!(reached, BTreeSet::from(Sku::ALL));
    assert_eq!(reached.len(), 12);
}

#[test]
fn a_request_with_a_video_is_a_video_sku() {
    assert_eq!(VideoInput::of(true), VideoInput::With);
    assert_eq!(VideoInput::of(false), VideoInput::Without);
}

#[test]
fn every_name_is_read_back() {
    for sku in Sku::ALL {
        assert_eq!(Sku::parse(sku.name()), Ok(sku));
        assert_eq!(sku.to_string(), sku.name());
    }
}

#[test]
fn other_names_are_refused_with_the_twelve_that_are_known() {
    for name in ["", "doubao-seedance-2-0", "DOUBAO-SEEDANCE-2-0-FAST-VIDEO", " fast-video"] {
        let error = Sku::parse(name).unwrap_err().to_string();
        assert!(error.starts_with(&format!("SKU `{name}` is not known; use one of `doubao-")));
        assert!(Sku::ALL.iter().all(|sku| error.contains(sku.name())));
    }
    let long = Sku::parse(&"x\n".repeat(1000)).unwrap_err().to_string();
    assert!(long.starts_with(&format!("SKU `{}…` is not", r"x\n".repeat(32))), "{long}");
}
