//! Keys that a reader who ignores letter case would take for one that is checked.

use seedance_model::{ErrorKind, MediaPolicy};

use crate::support::{parse, parse_under, parse_with};

/// Every key of the body that a rule knows, written out once more.
const OF_THE_BODY: [&str; 19] = [
    "model",
    "content",
    "duration",
    "ratio",
    "resolution",
    "generate_audio",
    "watermark",
    "return_last_frame",
    "execution_expires_after",
    "priority",
    "safety_identifier",
    "service_tier",
    "draft",
    "references",
    "callback_url",
    "CallbackURL",
    "seed",
    "frames",
    "tools",
];

const OF_AN_ITEM: [&str; 7] =
    ["type", "text", "role", "image_url", "video_url", "audio_url", "draft_task"];

/// Spellings of `key` that are not `key`, and are the same to some reader.
fn lookalikes(key: &str) -> Vec<String> {
    let flip = |c: char| {
        if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
    };
    let one_flipped = |at: usize| {
        let spelling = key.chars().enumerate();
        spelling.map(|(place, c)| if place == at { flip(c) } else { c }).collect()
    };
    let mut all: Vec<String> = (0..key.len()).map(one_flipped).collect();
    all.extend([key.to_uppercase(), key.to_lowercase()]);
    for (plain, odd) in [('s', "ſ"), ('k', "\u{212a}"), ('i', "ı"), ('i', "İ")] {
        all.push(key.replace(plain, odd));
        all.push(key.to_uppercase().replace(plain.to_ascii_uppercase(), odd));
    }
    all.retain(|spelling| spelling != key);
    all
}

#[test]
fn p26_every_lookalike_of_a_key_of_the_body_is_refused() {
    let mut checked = 0;
    for key in OF_THE_BODY {
        for spelling in lookalikes(key) {
            let error = parse_with(&format!(r#""{spelling}":1"#)).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Unknown, &*spelling));
            let meant = format!("key `{spelling}` is not known; use `{key}`");
            assert_eq!(error.to_string(), meant);
            checked += 1;
        }
    }
    assert!(checked > 300, "only {checked} spellings");
}

#[test]
fn p26_every_lookalike_of_a_key_of_an_item_is_refused() {
    for key in OF_AN_ITEM {
        for spelling in lookalikes(key) {
            let item = format!(r#"{{"type":"text","text":"a","{spelling}":1}}"#);
            let body = format!(r#"{{"model":"doubao-seedance-2-0","content":[{item}]}}"#);
            let error = parse(&body).unwrap_err();
            assert_eq!(error.field(), format!("content[0].{spelling}"));
        }
    }
}

#[test]
fn p26_every_lookalike_of_a_url_is_refused_under_both_policies() {
    let urls = [
        (MediaPolicy::AssetOnly, "asset://mine"),
        (MediaPolicy::AnyPublicUrl, "https://example.com/mine.png"),
    ];
    for (policy, url) in urls {
        for spelling in lookalikes("url") {
            let payload = format!(r#"{{"url":"{url}","{spelling}":"asset://theirs"}}"#);
            let item = format!(r#"{{"type":"image_url","image_url":{payload}}}"#);
            let body = format!(r#"{{"model":"doubao-seedance-2-0","content":[{item}]}}"#);
            let error = parse_under(&body, policy).unwrap_err();
            let path = format!("content[0].image_url.{spelling}");
            let message = format!("key `{path}` is not known; use `url`");
            assert_eq!((error.field(), error.to_string()), (&*path, message));
        }
    }
}

#[test]
fn a_key_that_only_resembles_one_is_sent_on() {
    for key in ["mode", "models", "cont\u{e9}nt", "call_back_url", "re\u{1e9e}olution", "ſ", ""] {
        let request = parse_with(&format!(r#""{key}":1"#));
        assert!(request.is_ok(), "{key:?}: {request:?}");
    }
}
