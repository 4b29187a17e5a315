//! What the upstream answers, and what a tenant sees of it.

use seedance_model::{
    ErrorKind, Json, Model, Resolution, ServiceTier, TaskPage, TaskReport, Usage,
};

use crate::support::{Fixture, text, without_request_ids};

fn report(body: &str) -> TaskReport {
    TaskReport::parse(body.as_bytes()).unwrap_or_else(|error| panic!("{body}: {error}"))
}

fn public(body: &str) -> String {
    text(report(body).public_body(Model::Fast, without_request_ids))
}

#[test]
fn every_reply_fixture_is_read_and_shown_as_it_says() {
    let fixtures = Fixture::all("replies");
    assert!(fixtures.len() >= 10, "only {} fixtures", fixtures.len());
    for fixture in fixtures {
        let name = &fixture.name;
        let report = TaskReport::parse(&fixture.body()).expect(name);
        let status = report.status().map(|status| Json::from(status.name()));
        assert_eq!(fixture.expected("status"), Some(&status.unwrap_or(Json::Null)), "{name}");
        let resolution = report.resolution().map(Resolution::name);
        assert_eq!(fixture.expected_text("resolution"), resolution, "{name}");
        let usage = match report.usage() {
            Usage::Tokens(tokens) => tokens.to_string(),
            Usage::Absent => r#""absent""#.to_owned(),
            Usage::Nonsense(found) => format!(r#"{{"nonsense":{}}}"#, Json::from(found)),
        };
        assert_eq!(fixture.expected("usage").unwrap().to_string(), usage, "{name}");
        let public = report.public_body(Model::Standard, without_request_ids);
        fixture.shows(&public);
    }
}

#[test]
fn every_field_that_an_adoption_compares_is_read() {
    let report = report(concat!(
        r#"{"id":"cgt-1","model":"ep-1","status":"running","ratio":"16:9","duration":5,"seed":-1,"#,
        r#""priority":3,"safety_identifier":"u","execution_expires_after":3600,"#,
        r#""service_tier":"default","generate_audio":true,"created_at":7,"updated_at":8}"#,
    ));
    assert_eq!(report.id().as_str(), "cgt-1");
    assert_eq!(report.model_text(), Some("ep-1"));
    assert_eq!(report.ratio_text(), Some("16:9"));
    assert_eq!(report.duration(), Some(5));
    assert_eq!(report.seed(), Some(-1));
    assert_eq!(report.priority(), Some(3));
    assert_eq!(report.safety_identifier(), Some("u"));
    assert_eq!(report.execution_expires_after_seconds(), Some(3600));
    assert_eq!(report.service_tier(), Some(ServiceTier::Default));
    assert_eq!(report.generate_audio(), Some(true));
    assert_eq!((report.created_at(), report.updated_at()), (Some(7), Some(8)));
}

#[test]
fn only_a_body_without_an_object_or_an_id_is_refused() {
    let cases = [
        ("[]", ErrorKind::NotJson, "body must be a JSON object, not an array"),
        ("<html>", ErrorKind::NotJson, "body is not valid JSON, at line 1, column 1"),
        ("{}", ErrorKind::Missing, "id is missing from the reply"),
        (r#"{"id":7}"#, ErrorKind::Malformed, "id must be a task id, not `7`"),
        (r#"{"id":"../x"}"#, ErrorKind::Malformed, "id must be a task id, not the string `../x`"),
    ];
    for (body, kind, message) in cases {
        let error = TaskReport::parse(body.as_bytes()).unwrap_err();
        assert_eq!((error.kind(), &*error.to_string()), (kind, message));
    }
}

#[test]
fn a_reply_is_read_where_a_request_would_be_refused() {
    let odd = r#"{"id":"cgt-0","status":"running","x":1e400,"y":99999999999999999999,
        "ratio":"a\u0000b","id":"cgt-1","status":"succeeded"}"#;
    let report = report(odd);
    assert_eq!(report.id().as_str(), "cgt-1");
    assert_eq!(report.status_text(), "succeeded");
    assert_eq!(report.ratio_text(), Some("a\u{fffd}b"));
    assert_eq!(
        public(odd),
        r#"{"id":"cgt-1","model":"doubao-seedance-2-0-fast","status":"succeeded","ratio":"a�b"}"#
    );
}

#[test]
fn an_error_has_a_code_that_a_client_can_rely_on_and_a_redacted_message() {
    let cases = [
        (r#""error":{"code":"A.b_1","message":"id 0217"}"#, r#"{"code":"A.b_1","message":"id …"}"#),
        (
            r#""error":{"code":"account 0217","message":"m"}"#,
            r#"{"code":"InternalServiceError","message":"m"}"#,
        ),
        (r#""error":{"code":"A0217"}"#, r#"{"code":"InternalServiceError","message":""}"#),
        (
            r#""error":{"code":"","message":"m","request_id":"0217"}"#,
            r#"{"code":"InternalServiceError","message":"m"}"#,
        ),
        (
            r#""error":null,"failure_reason":"id 0217""#,
            r#"{"code":"InternalServiceError","message":"id …"}"#,
        ),
    ];
    for (members, error) in cases {
        let body = format!(r#"{{"id":"cgt-1",{members}}}"#);
        let expected =
            format!(r#"{{"id":"cgt-1","model":"doubao-seedance-2-0-fast","error":{error}}}"#);
        assert_eq!(public(&body), expected);
    }
    for nothing in [r#""error":{}"#, r#""error":[]"#, r#""error":{"code":"","message":""}"#] {
        let body = format!(r#"{{"id":"cgt-1",{nothing}}}"#);
        assert_eq!(public(&body), r#"{"id":"cgt-1","model":"doubao-seedance-2-0-fast"}"#);
    }
}

#[test]
fn an_error_code_has_at_most_100_characters() {
    for (length, passes) in [(1, true), (100, true), (101, false)] {
        let code = "A".repeat(length);
        let public = public(&format!(r#"{{"id":"cgt-1","error":{{"code":"{code}"}}}}"#));
        assert_eq!(public.contains(&code), passes, "{length}");
        assert_eq!(public.contains("InternalServiceError"), !passes, "{length}");
    }
}

#[test]
fn what_the_upstream_says_in_words_is_redacted_and_the_tenants_own_words_are_not() {
    let body = concat!(
        r#"{"id":"cgt-1","status":"0217","resolution":"0217","ratio":"0217","#,
        r#""service_tier":"0217","content":{"video_url":"https://a.example/0217"},"#,
        r#""safety_identifier":"0217","tools":[{"type":"0217"},"x"]}"#,
    );
    let expected = concat!(
        r#"{"id":"cgt-1","model":"doubao-seedance-2-0-fast","status":"…","#,
        r#""content":{"video_url":"https://a.example/0217"},"resolution":"…","ratio":"…","#,
        r#""service_tier":"…","safety_identifier":"0217","tools":[{"type":"…"}]}"#,
    );
    assert_eq!(public(body), expected);
}

#[test]
fn a_name_of_the_vocabulary_is_never_redacted() {
    let names = concat!(
        r#""status":"succeeded","resolution":"4k","ratio":"16:9","service_tier":"default","#,
        r#""tools":[{"type":"web_search"}]"#,
    );
    let report = report(&format!(r#"{{"id":"cgt-1",{names}}}"#));
    let everything_goes = |_: &str| "…".to_owned();
    assert_eq!(
        text(report.public_body(Model::Fast, everything_goes)),
        format!(r#"{{"id":"cgt-1","model":"doubao-seedance-2-0-fast",{names}}}"#)
    );
}

#[test]
fn a_page_keeps_what_it_can_read_and_counts_the_rest() {
    let page = r#"{"items":[{"id":"cgt-1"},7,{"id":""},{"id":"cgt-2"}],"total":40}"#;
    let page = TaskPage::parse(page.as_bytes()).unwrap();
    let ids: Vec<_> = page.items.iter().map(|item| item.id().as_str()).collect();
    assert_eq!(ids, ["cgt-1", "cgt-2"]);
    assert_eq!((page.total, page.unreadable), (Some(40), 2));
    for empty in ["{}", r#"{"items":null,"total":"0"}"#, r#"{"items":[],"total":-1}"#] {
        let page = TaskPage::parse(empty.as_bytes()).unwrap();
        assert_eq!((page.items.len(), page.total, page.unreadable), (0, None, 0));
    }
    let error = TaskPage::parse(br#"{"items":{}}"#).unwrap_err();
    assert_eq!(error.to_string(), "items must be an array, not an object");
    let error = TaskPage::parse(b"[]").unwrap_err();
    assert_eq!(error.to_string(), "body must be a JSON object with `items`");
}
