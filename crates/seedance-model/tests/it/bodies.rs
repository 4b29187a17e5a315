//! What comes out of a request: for the upstream, for comparing, for the tenant.

use seedance_model::{Json, MediaPolicy, TaskId};

use crate::support::{Fixture, parse, parse_under, parse_with, text};

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
fn the_media_urls_that_were_vetted_are_the_ones_that_are_sent() {
    let item = |kind: &str, url: &str, role: &str| {
        format!(r#"{{"type":"{kind}","{kind}":{{"url":"{url}","x":1}},"role":"reference_{role}"}}"#)
    };
    let body = |image: &str, video: &str| {
        let items = [
            item("image_url", "asset://a", "image"),
            item("image_url", image, "image"),
            r#"{"type":"text","text":"https://b.example/"}"#.to_owned(),
            item("image_url", "data:image/png;base64,aGk=", "image"),
            item("video_url", video, "video"),
        ];
        format!(r#"{{"model":"doubao-seedance-2-0","content":[{}]}}"#, items.join(","))
    };
    let came = body("HTTPS://B.example/a b", "http://c.example");
    let mut request = parse_under(&came, MediaPolicy::AnyPublicUrl).unwrap();
    let vetted = ["https://b.example/a%20b", "http://c.example/"];
    request.set_public_media_urls(vetted.map(str::to_owned));
    assert_eq!(
        request.public_media_urls().collect::<Vec<_>>(),
        [("content[1].image_url.url", vetted[0]), ("content[4].video_url.url", vetted[1])]
    );
    let sent = text(request.upstream_body("doubao-seedance-2-0", None));
    assert_eq!(sent, body(vetted[0], vetted[1]));
}

#[test]
fn a_media_url_without_a_vetted_one_stays_and_one_too_many_does_not_count() {
    let urls = ["https://a.example/", "https://b.example/"];
    let item = |url| {
        format!(r#"{{"type":"image_url","image_url":{{"url":"{url}"}},"role":"reference_image"}}"#)
    };
    let content = urls.map(item).join(",");
    let body = format!(r#"{{"model":"doubao-seedance-2-0","content":[{content}]}}"#);
    let vetted = |count| (1..=count).map(|i| format!("https://vetted.example/{i}"));
    for (count, first, second) in [(0, urls[0], urls[1]), (1, "https://vetted.example/1", urls[1])]
    {
        let mut request = parse_under(&body, MediaPolicy::AnyPublicUrl).unwrap();
        request.set_public_media_urls(vetted(count));
        let found: Vec<_> = request.public_media_urls().map(|(_, url)| url).collect();
        assert_eq!(found, [first, second]);
    }
    let mut request = parse_under(&body, MediaPolicy::AnyPublicUrl).unwrap();
    request.set_public_media_urls(vetted(3));
    assert!(text(request.canonical_body()).contains("https://vetted.example/2"));
    assert!(!text(request.canonical_body()).contains("https://vetted.example/3"));
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
