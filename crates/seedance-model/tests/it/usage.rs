//! What a reply says was used, whatever it says.

use seedance_model::{TaskReport, Usage};

fn usage(member: &str) -> Usage {
    let body = format!(r#"{{"id":"cgt-1","status":"succeeded"{member}}}"#);
    let report = TaskReport::parse(body.as_bytes());
    report.unwrap_or_else(|error| panic!("{body}: {error}")).usage()
}

fn tokens(written: &str) -> Usage {
    usage(&format!(r#","usage":{{"completion_tokens":{written}}}"#))
}

#[test]
fn p06_a_positive_integer_of_64_bits_is_a_number_of_tokens() {
    for count in [1, 130_500, (1 << 53) - 1, (1 << 53) + 1, i64::MAX.unsigned_abs(), u64::MAX] {
        assert_eq!(tokens(&count.to_string()), Usage::Tokens(count));
    }
}

#[test]
fn p06_no_usage_is_absent() {
    for member in ["", r#","usage":null"#, r#","usage":{}"#, r#","usage":{"total_tokens":5}"#] {
        assert_eq!(usage(member), Usage::Absent, "{member}");
    }
    assert_eq!(tokens("null"), Usage::Absent);
}

#[test]
fn p06_everything_else_is_nonsense_and_kept_as_it_was_written() {
    let nonsense = [
        "0",
        "-0",
        "-1",
        "1.0",
        "130500.0",
        "1e3",
        "18446744073709551616",
        "1e400",
        "-9223372036854775809",
        r#""130500""#,
        "true",
        "[5]",
        r#"{"n":5}"#,
    ];
    for written in nonsense {
        // What no double can hold is kept in quotes.
        let kept = if written == "1e400" { r#""1e400""# } else { written };
        assert_eq!(tokens(written), Usage::Nonsense(kept.to_owned()));
    }
    for written in ["5", r#""x""#, "[1]", "true"] {
        let member = format!(r#","usage":{written}"#);
        assert_eq!(usage(&member), Usage::Nonsense(written.to_owned()));
    }
    let long = "9".repeat(1_000);
    assert_eq!(tokens(&format!("0.{long}")), Usage::Nonsense(format!("0.{}", &long[..62])));
}
