//! All of models, resolutions, ratios, durations, tiers and drafts, exhausted: the verdict, and
//! which field it is about.

use seedance_model::{ClipDuration, Model, Ratio, Resolution, ServiceTier};

use crate::support::parse;

#[test]
fn every_combination_of_parameters_gets_the_verdict_of_the_contract() {
    let mut accepted = 0;
    for model in Model::ALL {
        for resolution in Resolution::ALL {
            for ratio in Ratio::ALL {
                for seconds in -3..=18 {
                    accepted += check(model, resolution, ratio, seconds);
                }
            }
        }
    }
    // 8 pairs of model and resolution, 7 ratios, 13 durations, no tier or the default one, no
    // draft or `false`.
    assert_eq!(accepted, 8 * 7 * 13 * 2 * 2);
}

/// Tries the tiers and drafts; how many were accepted.
fn check(model: Model, resolution: Resolution, ratio: Ratio, seconds: i64) -> usize {
    let mut accepted = 0;
    for tier in [None, Some(ServiceTier::Default), Some(ServiceTier::Flex)] {
        for draft in [None, Some(false), Some(true)] {
            let tier_member = tier.map(|tier| format!(r#","service_tier":"{tier}""#));
            let draft_member = draft.map(|draft| format!(r#","draft":{draft}"#));
            let body = format!(
                r#"{{"model":"{model}","content":[{{"type":"text","text":"a"}}],"resolution":"{resolution}","ratio":"{ratio}","duration":{seconds}{}{}}}"#,
                tier_member.unwrap_or_default(),
                draft_member.unwrap_or_default(),
            );
            let refused = [
                ("duration", seconds != -1 && !(4..=15).contains(&seconds)),
                ("resolution", resolution > Resolution::P720 && model != Model::Standard),
                ("service_tier", tier == Some(ServiceTier::Flex)),
                ("draft", draft == Some(true)),
            ];
            let expected = refused.into_iter().find(|(_, is_wrong)| *is_wrong);
            match (parse(&body), expected) {
                (Err(error), Some((field, _))) => assert_eq!(error.field(), field, "{body}"),
                (Ok(request), None) => {
                    assert_eq!(request.model(), model);
                    assert_eq!(request.resolution(), Some(resolution));
                    assert_eq!(request.ratio(), Some(ratio));
                    assert_eq!(request.duration(), ClipDuration::of(seconds));
                    assert_eq!(request.service_tier(), tier);
                    accepted += 1;
                }
                (verdict, expected) => panic!("{body}: {verdict:?}, not {expected:?}"),
            }
        }
    }
    accepted
}

#[test]
fn what_the_request_does_not_say_is_absent_and_has_its_default() {
    let request =
        parse(r#"{"model":"doubao-seedance-2-0","content":[{"type":"text","text":"a"}]}"#);
    let request = request.unwrap();
    assert_eq!(request.resolution(), None);
    assert_eq!(request.ratio(), None);
    assert_eq!(request.duration(), None);
    assert_eq!(request.generate_audio(), None);
    assert_eq!(request.watermark(), None);
    assert_eq!(request.return_last_frame(), None);
    assert_eq!(request.execution_expires_after_seconds(), None);
    assert_eq!(request.priority(), None);
    assert_eq!(request.safety_identifier(), None);
    assert_eq!(request.service_tier(), None);
    assert_eq!(request.seed(), None);
    assert_eq!(request.callback_url(), None);
    assert_eq!(request.effective_resolution(), Resolution::P720);
    assert_eq!(request.effective_ratio(), Ratio::Adaptive);
    assert_eq!(request.effective_duration(), ClipDuration::Seconds(5));
}
