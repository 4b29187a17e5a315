//! Models, their names and what each can do, against tables written out once more.

use seedance_model::{
    ClipDuration, Encoding, MediaKind, Model, Ratio, Resolution, Role, ServiceTier, TaskId,
    TaskStatus,
};

#[test]
fn every_name_of_the_contract_means_its_model() {
    let names = [
        ("doubao-seedance-2-0", Model::Standard),
        ("doubao-seedance-2-0-260128", Model::Standard),
        ("doubao-seedance-2-0-fast", Model::Fast),
        ("doubao-seedance-2-0-fast-260128", Model::Fast),
        ("doubao-seedance-2-0-mini", Model::Mini),
        ("doubao-seedance-2-0-mini-260615", Model::Mini),
        ("doubao-seedance-2.0-mini", Model::Mini),
    ];
    for (name, model) in names {
        assert_eq!(Model::parse(name), Ok(model), "{name}");
    }
    assert_eq!(Model::accepted_names().count(), names.len());
    for model in Model::ALL {
        assert_eq!(Model::parse(model.name()), Ok(model));
        assert_eq!(Model::parse(model.official_name()), Ok(model));
    }
}

#[test]
fn only_the_standard_model_makes_1080p_and_4k() {
    for model in Model::ALL {
        for resolution in Resolution::ALL {
            let small = resolution <= Resolution::P720;
            let expected = small || model == Model::Standard;
            assert_eq!(model.supports(resolution), expected, "{model} {resolution}");
            assert_eq!(model.resolutions().contains(&resolution), expected);
        }
    }
}

#[test]
fn only_mini_refuses_audio_and_no_model_has_flex_or_drafts() {
    for model in Model::ALL {
        assert_eq!(model.accepts_audio_input(), model != Model::Mini);
        assert_eq!(model.service_tiers(), [ServiceTier::Default]);
        assert!(!model.accepts_draft());
        assert_eq!(model.ratios(), Ratio::ALL);
    }
}

#[test]
fn a_clip_takes_4_to_15_seconds_or_what_the_model_chooses() {
    for model in Model::ALL {
        assert!(model.accepts_duration(ClipDuration::Auto));
        for seconds in 0..=u8::MAX {
            let expected = (4..=15).contains(&seconds);
            let duration = ClipDuration::Seconds(seconds);
            assert_eq!(model.accepts_duration(duration), expected, "{seconds}");
            let read = ClipDuration::of(i64::from(seconds));
            assert_eq!(read, expected.then_some(duration));
        }
    }
    assert_eq!(ClipDuration::of(-1), Some(ClipDuration::Auto));
    assert_eq!(ClipDuration::Auto.longest_seconds(), 15);
    assert_eq!(ClipDuration::Seconds(7).longest_seconds(), 7);
    assert_eq!(ClipDuration::DEFAULT, ClipDuration::Seconds(5));
}

#[test]
fn only_4k_is_ten_bit_h265() {
    for resolution in Resolution::ALL {
        let (codec, bits) =
            if resolution == Resolution::P4k { ("H.265", 10) } else { ("H.264", 8) };
        assert_eq!(resolution.encoding(), Encoding { codec, bits });
    }
    assert_eq!(Resolution::P4k.encoding().to_string(), "H.265, 10 bit");
}

#[test]
fn every_name_is_read_back() {
    for status in TaskStatus::ALL {
        assert_eq!(TaskStatus::parse(status.name()), Some(status));
    }
    for role in Role::ALL {
        assert_eq!(Role::parse(role.name()), Some(role));
        let kind = role.kind().to_string();
        assert_eq!(role.name().ends_with("_frame"), !role.name().ends_with(&kind));
    }
    for kind in MediaKind::ALL {
        assert_eq!(MediaKind::from_asset_type(kind.asset_type()), Some(kind));
        assert_eq!(kind.content_type(), format!("{kind}_url"));
    }
    for tier in ServiceTier::ALL {
        assert_eq!(ServiceTier::parse(tier.name()), Some(tier));
    }
    assert_eq!(MediaKind::from_asset_type("image"), None);
    assert_eq!(TaskStatus::parse("Queued"), None);
}

#[test]
fn four_states_are_for_good() {
    let terminal = TaskStatus::ALL.into_iter().filter(|status| status.is_terminal());
    let names: Vec<_> = terminal.map(TaskStatus::name).collect();
    assert_eq!(names, ["succeeded", "failed", "expired", "cancelled"]);
}

#[test]
fn a_task_id_can_stand_in_a_url_path() {
    let longest = "a".repeat(128);
    for id in ["cgt-20260611204121-462cw", "A_1", &longest] {
        assert_eq!(TaskId::parse(id).unwrap().as_str(), id);
    }
    let too_long = "a".repeat(129);
    for id in ["", "a/b", "a b", "..", "a?b", "é", "a\n", &too_long] {
        assert_eq!(TaskId::parse(id), None, "{id:?}");
    }
}
