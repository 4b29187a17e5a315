//! What comes out of a request: for the upstream, for comparing, for the tenant.

use seedance_model::{Json, TaskId};

use crate::support::{Fixture, parse, parse_with, text};

#[test]
fn the_upstream_gets_the_mapped_model_and_the_vetted_callback_in_their_places() {
    let request = parse_with(r#""CallbackURL":" https://a.example/hook ","z":1"#).unwrap();
    assert_eq!(request.callback_url(), Some("https://a.example/hook"));
    let content = r#""content":[{"type":"text","text":"a paper boat"}]"#;
    let vetted = request.upstream_body("ep-1", Some("https://xn--a.example/hook"));
    assert_eq!(
        text(vetted),
        format!(
            r#"{{"model":"ep-1",{content},"callback_url":"https://xn--a.example/hook","z":1}}"#
        )
    );
    let without = request.upstream_body("ep-1", None);
    assert_eq!(text(without), format!(r#"{{"model":"ep-1",{content},"z":1}}"#));
}

#[test]
fn p26_no_alias_and_no_null_ever_goes_upstream() {
    for fixture in Fixture::all("requests/accepted") {
        let request =
            seedance_model::TaskRequest::parse(&fixture.body(), fixture.policy()).unwrap();
        let upstream = Json::parse(&request.upstream_body("ep-1", None)).unwrap();
        let members = upstream.as_object().unwrap();
        assert_eq!(members.get("CallbackURL"), None, "{}", fixture.name);
        assert_eq!(members.get("callback_url"), None, "{}", fixture.name);
        assert_eq!(members.get("model"), Some(&Json::from("ep-1")));
        assert!(members.iter().all(|(_, value)| *value != Json::Null));
    }
}

#[test]
fn two_spellings_of_a_request_have_one_canonical_body() {
    let one = r#"{"model":"doubao-seedance-2-0-260128","CallbackURL":" https://a.example ",
        "extra":{"b":1,"a":[{"d":null,"c":2,"b":1}]},"priority":null,
        "content":[{"text":"\u0061","type":"text"}]}"#;
    let other = r#"{"content":[{"type":"text","text":"a"}],"extra":{"a":[{"b":1,"c":2}],"b":1},
        "callback_url":"https://a.example","CallbackURL":5,"model":"doubao-seedance-2-0"}"#;
    let expected = concat!(
        r#"{"callback_url":"https://a.example","content":[{"text":"a","type":"text"}],"#,
        r#""extra":{"a":[{"b":1,"c":2}],"b":1},"model":"doubao-seedance-2-0"}"#,
    );
    assert_eq!(text(parse(one).unwrap().canonical_body()), expected);
    assert_eq!(text(parse(other).unwrap().canonical_body()), expected);
}

#[test]
fn requests_that_differ_have_canonical_bodies_that_differ() {
    let canonical = |members: &str| parse_with(members).unwrap().canonical_body();
    let bodies = [
        r#""a":1"#,
        r#""a":1.0"#,
        r#""a":"1""#,
        r#""a":[1,2]"#,
        r#""a":[2,1]"#,
        r#""b":1"#,
        r#""duration":5"#,
    ];
    for (i, one) in bodies.iter().enumerate() {
        for other in bodies.iter().skip(i + 1) {
            assert_ne!(canonical(one), canonical(other), "{one} {other}");
        }
    }
}

#[test]
fn the_first_answer_says_queued_and_what_the_request_said() {
    let id = TaskId::parse("cgt-20260611204121-462cw").unwrap();
    let said = concat!(
        r#""execution_expires_after":3600,"priority":3,"generate_audio":false,"#,
        r#""safety_identifier":"user-hash-001""#,
    );
    let request = parse_with(said).unwrap();
    assert_eq!(
        text(request.first_public_body(&id, 1_781_181_681)),
        concat!(
            r#"{"id":"cgt-20260611204121-462cw","model":"doubao-seedance-2-0","status":"queued","#,
            r#""created_at":1781181681,"updated_at":1781181681,"service_tier":"default","#,
            r#""execution_expires_after":3600,"generate_audio":false,"#,
            r#""safety_identifier":"user-hash-001","priority":3}"#,
        )
    );
    let silent = parse_with(r#""safety_identifier":null"#).unwrap();
    assert_eq!(
        text(silent.first_public_body(&id, 0)),
        concat!(
            r#"{"id":"cgt-20260611204121-462cw","model":"doubao-seedance-2-0","status":"queued","#,
            r#""created_at":0,"updated_at":0,"service_tier":"default","#,
            r#""execution_expires_after":172800,"generate_audio":true,"priority":0}"#,
        )
    );
}

#[test]
fn a_seed_is_known_only_if_it_is_an_integer() {
    let seed = |written: &str| parse_with(&format!(r#""seed":{written}"#)).unwrap().seed();
    assert_eq!(seed("-1"), Some(-1));
    assert_eq!(seed("2147483647"), Some(2_147_483_647));
    for other in ["1.5", r#""7""#, "null", "[]"] {
        assert_eq!(seed(other), None, "{other}");
    }
}
