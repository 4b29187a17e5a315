//! Bodies that are meant to break a parser, or to mean two things to two readers.

use std::time::{Duration, Instant};

use seedance_model::{AssetAction, AssetRequest, ErrorKind, Json, MediaPolicy, TaskRequest};

/// Longest that one body may take; a hundred times more than it does in a release build.
const LIMIT: Duration = Duration::from_secs(2);

fn refused(body: &str) -> (String, String) {
    let error = Json::parse(body.as_bytes()).expect_err(body);
    assert_eq!(error.kind(), ErrorKind::NotJson);
    (error.field().to_owned(), error.to_string())
}

#[test]
fn p24_127_levels_are_read_and_128_are_refused_in_one_short_line() {
    let nested = |levels| "[".repeat(levels) + &"]".repeat(levels);
    assert!(Json::parse(nested(127).as_bytes()).is_ok());
    for levels in [128, 1_000_000] {
        let (field, message) = refused(&nested(levels));
        assert_eq!(field, "");
        assert_eq!(
            message,
            "body is not valid JSON or nested deeper than 127 levels, at line 1, column 128"
        );
    }
}

#[test]
fn p24_large_bodies_take_no_longer_than_their_length_asks_for() {
    let keys = |n: usize| (0..n).map(|i| format!(r#""k{i}":{i}"#)).collect::<Vec<_>>();
    let large = [
        format!("{{{}}}", keys(100_000).join(",")),
        format!(r#"{{"content":[{}]}}"#, vec![r#"{"type":"text","text":""}"#; 100_000].join(",")),
        format!(r#"{{"{}":1}}"#, "k".repeat(1 << 20)),
        format!("[{}1]", "1.5,".repeat(250_000)),
        format!(r#"["{}"]"#, r"\u0001".repeat(170_000)),
        format!("[1.{}]", "0".repeat(1 << 20)),
        format!(r#"{{"{}":{{"Strategy":"{}"}}}}"#, "ſ.".repeat(1 << 18), "ſ".repeat(1 << 19)),
    ];
    for body in large {
        let body = body.as_bytes();
        let json = within_the_limit(|| Json::parse(body)).unwrap();
        assert_eq!(json.to_bytes().len(), body.len());
        let verdict = within_the_limit(|| TaskRequest::parse(body, MediaPolicy::AssetOnly));
        assert!(verdict.is_err());
        for action in AssetAction::ALL {
            let error = within_the_limit(|| AssetRequest::parse(action, body)).unwrap_err();
            assert!(error.to_string().len() < 260, "{error}");
        }
    }
}

fn within_the_limit<T>(read: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let verdict = read();
    assert!(start.elapsed() < LIMIT, "took {:?}", start.elapsed());
    verdict
}

#[test]
fn p24_what_is_no_utf8_is_refused() {
    let bodies: [&[u8]; 4] = [b"\"\xff\"", b"\"\xc0\xaf\"", b"\"\xed\xa0\x80\"", b"\x00{\x00}\xd8"];
    for body in bodies {
        let error = Json::parse(body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotJson);
    }
    let error = Json::parse(b"{\"a\":\"\xff\"}").unwrap_err();
    assert_eq!(error.to_string(), "body is not UTF-8 after 6 bytes");
}

#[test]
fn p24_a_message_stays_short_whatever_the_body() {
    let long = "k".repeat(1 << 20);
    let deep = |inner: &str| format!("{}{inner}{}", r#"{"a":["#.repeat(60), "]}".repeat(60));
    let bodies = [
        format!(r#"{{"{long}":1,"{long}":2}}"#),
        format!(r#"{{"{long}":99999999999999999999}}"#),
        format!("[{}]", "9".repeat(1 << 20)),
        deep(r#"{"a":1,"a":2}"#),
        deep("99999999999999999999"),
        deep(r#""\u0000""#),
    ];
    for body in bodies {
        let (field, message) = refused(&body);
        assert!(message.len() < 260, "{message}");
        assert!(field.len() < 100, "{field}");
    }
    let (field, _) = refused(&deep("99999999999999999999"));
    assert_eq!(field, "a[0].a[0].a[0].a[0]…");
}

#[test]
fn p25_an_integer_beyond_64_bits_is_refused_with_its_path() {
    let (field, message) = refused(r#"{"a":[{"b c":18446744073709551616}]}"#);
    assert_eq!(field, r#"a[0]["b c"]"#);
    assert_eq!(message, r#"a[0]["b c"] `18446744073709551616` does not fit into 64 bits"#);
    let (_, message) = refused("-9223372036854775809");
    assert_eq!(message, "body `-9223372036854775809` does not fit into 64 bits");
}

#[test]
fn p25_a_number_beyond_a_double_is_refused() {
    for number in ["1e400", "-1E+999", &"9".repeat(400)] {
        let (_, message) = refused(&format!("[1.5,{number}]"));
        assert!(message.starts_with("number `"), "{message}");
        assert!(message.contains("out of range"), "{message}");
    }
    // A number in a string, or after the fault, is not to blame.
    let (_, message) = refused(r#"["1e400" 2]"#);
    assert_eq!(message, "body is not valid JSON, at line 1, column 10");
}

#[test]
fn p26_a_key_given_twice_is_refused_in_every_spelling() {
    for spelling in ["model", r"mod\u0065l", r"\u006dodel", r"\u006D\u006f\u0064el"] {
        let (field, message) = refused(&format!(r#"{{"model":1,"x":2,"{spelling}":1}}"#));
        assert_eq!(field, "model");
        assert_eq!(message, "key `model` is given twice");
    }
    for key in ["content", "callback_url", "duration", ""] {
        refused(&format!(r#"{{"a":[{{"{key}":1,"{key}":null}}]}}"#));
    }
}

#[test]
fn p26_a_key_given_twice_is_found_among_many() {
    for members in [2, 15, 16, 17, 18, 1_000] {
        let keys: Vec<_> = (0..members).map(|i| format!(r#""k{i}":{i}"#)).collect();
        let distinct = keys.join(",");
        assert!(Json::parse(format!("{{{distinct}}}").as_bytes()).is_ok());
        for repeated in [0, members / 2, members - 1] {
            let (field, _) = refused(&format!(r#"{{{distinct},"k{repeated}":0}}"#));
            assert_eq!(field, format!("k{repeated}"));
        }
    }
    // The same key in two objects is no repetition.
    assert!(Json::parse(br#"{"a":{"a":1},"b":[{"a":1},{"a":1}]}"#).is_ok());
}

#[test]
fn p27_nul_is_refused_wherever_it_stands() {
    let places = [
        (r#""\u0000""#, "", "body contains the character U+0000"),
        (r#"{"a":["x\u0000y"]}"#, "a[0]", "a[0] contains the character U+0000"),
        (r#"{"\u0000":1}"#, r#"["\0"]"#, r#"["\0"] contains the character U+0000"#),
    ];
    for (body, field, message) in places {
        assert_eq!(refused(body), (field.to_owned(), message.to_owned()));
    }
}
