//! What holds for every request, not only for those that somebody thought of.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::Index;
use proptest::test_runner::Config;
use proptest::{prop_assert_eq, proptest};
use seedance_model::{ErrorKind, Json, MediaPolicy, TaskPage, TaskReport, TaskRequest};

use crate::support::{Fixture, shuffled};

/// Cases of each property: about a second in a debug build.
const CASES: u32 = 2_000;

/// The bodies of all fixtures that are objects with distinct keys, with their policies.
fn fixture_bodies() -> Vec<(Json, MediaPolicy)> {
    let fixtures = ["requests/accepted", "requests/refused"].map(Fixture::all);
    fixtures
        .iter()
        .flatten()
        .filter_map(|fixture| Some((Json::parse(&fixture.body()).ok()?, fixture.policy())))
        .collect()
}

/// A number as JSON can write it.
fn number() -> impl Strategy<Value = String> {
    let integer = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        any::<u64>().prop_map(|n| n.to_string()),
        "-?(0|[1-9][0-9]{0,24})",
    ];
    let fraction = prop_oneof![Just(String::new()), "\\.[0-9]{1,30}"];
    let exponent = prop_oneof![Just(String::new()), "[eE][+-]?[0-9]{1,3}"];
    (integer, fraction, exponent).prop_map(|(i, f, e)| i + &f + &e)
}

#[test]
fn p29_a_verdict_does_not_depend_on_the_order_of_members() {
    let bodies = fixture_bodies();
    proptest!(Config::with_cases(CASES), |(body in any::<Index>(), picks in vec(any::<Index>(), 200))| {
        let (json, policy) = body.get(&bodies);
        let mut picks = picks.into_iter().cycle();
        let other = shuffled(json, &mut picks);
        let verdict = |json: &Json| TaskRequest::parse(&json.to_bytes(), *policy);
        match (verdict(json), verdict(&other)) {
            (Err(one), Err(other)) => prop_assert_eq!(one, other),
            (Ok(one), Ok(other)) => {
                prop_assert_eq!(one.canonical_body(), other.canonical_body());
                prop_assert_eq!(one.scene(), other.scene());
                prop_assert_eq!(one.has_video(), other.has_video());
            }
            (one, other) => panic!("{one:?} and {other:?}"),
        }
    });
}

#[test]
fn p26_what_goes_upstream_is_accepted_again_and_equal() {
    let bodies = fixture_bodies();
    proptest!(Config::with_cases(CASES), |(body in any::<Index>(), picks in vec(any::<Index>(), 200))| {
        let (json, policy) = body.get(&bodies);
        let other = shuffled(json, &mut picks.into_iter().cycle());
        if let Ok(request) = TaskRequest::parse(&other.to_bytes(), *policy) {
            let model = request.model().official_name();
            let upstream = request.upstream_body(model, request.callback_url());
            prop_assert_eq!(TaskRequest::parse(&upstream, *policy).unwrap(), request);
        }
    });
}

#[test]
fn p24_no_bytes_make_a_reader_panic() {
    let bodies = fixture_bodies();
    proptest!(Config::with_cases(CASES), |(body in any::<Index>(), at in any::<Index>(), noise in vec(any::<u8>(), 0..8))| {
        let (json, policy) = body.get(&bodies);
        let mut bytes = json.to_bytes();
        let at = at.index(bytes.len());
        let end = bytes.len().min(at + noise.len());
        bytes.splice(at..end, noise.iter().copied());
        for bytes in [&bytes, &noise] {
            drop(TaskRequest::parse(bytes, *policy));
            drop(TaskReport::parse(bytes));
            drop(TaskPage::parse(bytes));
        }
    });
}

#[test]
fn p25_a_number_is_forwarded_as_written_or_refused() {
    proptest!(Config::with_cases(CASES), |(numbers in vec(number(), 1..6))| {
        let body = format!(r#"{{"1.0":[{}],"\"2e0":"3.5"}}"#, numbers.join(","));
        match Json::parse(body.as_bytes()) {
            Ok(json) => prop_assert_eq!(json.to_string(), body),
            Err(error) => {
                prop_assert_eq!(error.kind(), ErrorKind::NotJson);
                let is_unfit = |n: &String| !fits(n);
                prop_assert_eq!(numbers.iter().any(is_unfit), true, "{}: {}", body, error);
            }
        }
    });
}

/// Whether a double can hold it, or 64 bits if it is written as an integer.
fn fits(number: &str) -> bool {
    let is_integer = !number.contains(['.', 'e', 'E']);
    if is_integer {
        number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok()
    } else {
        number.parse::<f64>().unwrap().is_finite()
    }
}

#[test]
fn p25_text_survives_writing_and_reading() {
    proptest!(Config::with_cases(CASES), |(text in any::<String>())| {
        let json = Json::from(vec![Json::from(&*text)]);
        let independent: Vec<String> = serde_json::from_slice(&json.to_bytes()).unwrap();
        prop_assert_eq!(&independent, std::slice::from_ref(&text));
        if !text.contains('\0') {
            prop_assert_eq!(Json::parse(&json.to_bytes()).unwrap(), json);
        }
    });
}
