//! Values that are read and written again.

use seedance_model::{Json, Number, Object};

use crate::support::text;

fn rewritten(body: &str) -> String {
    let json = Json::parse(body.as_bytes()).unwrap_or_else(|error| panic!("{body}: {error}"));
    assert_eq!(json.to_string(), text(json.to_bytes()));
    text(json.to_bytes())
}

#[test]
fn a_compact_value_comes_out_as_it_went_in() {
    let same = [
        "null",
        "true",
        "false",
        "[]",
        "{}",
        r#""""#,
        r#"{"z":1,"a":{"y":[],"b":{}},"m":[null,false]}"#,
        r#""纸船 🚀 é \" \\ / \n\r\t""#,
        r#""\u0001\u001f""#,
        "[0,-1,9223372036854775807,-9223372036854775808,18446744073709551615]",
    ];
    for body in same {
        assert_eq!(rewritten(body), body);
    }
}

#[test]
fn p25_every_number_comes_out_as_it_was_written() {
    let numbers = [
        "1.0",
        "1e2",
        "1E+2",
        "-0",
        "-0.0",
        "0.10",
        "1e-400",
        "4.0",
        "100e0",
        "123456789.000",
        "0.1000000000000000055511151231257827",
        "9007199254740993",
        "18446744073709551615",
    ];
    for number in numbers {
        let body = format!(r#"{{"1e5":["7.0",8,{number},"\"9.0"],"x":{number}}}"#);
        assert_eq!(rewritten(&body), body);
    }
}

#[test]
fn blanks_and_needless_escapes_go() {
    let body = " {\n\t\"a\\u0062\" : [ 1.50 , \"\\/\\u7eb8\\ud83d\\ude80\\b\\f\" ] }\r\n";
    assert_eq!(rewritten(body), "{\"ab\":[1.50,\"/纸🚀\\u0008\\u000c\"]}");
}

#[test]
fn a_number_is_an_integer_only_if_it_was_written_as_one() {
    let number = |written: &str| Json::parse(written.as_bytes()).unwrap();
    let signed = |written: &str| number(written).as_number().and_then(Number::as_i64);
    let unsigned = |written: &str| number(written).as_number().and_then(Number::as_u64);
    assert_eq!((signed("5"), unsigned("5")), (Some(5), Some(5)));
    assert_eq!((signed("-5"), unsigned("-5")), (Some(-5), None));
    assert_eq!((signed("0"), unsigned("0")), (Some(0), Some(0)));
    assert_eq!(unsigned("18446744073709551615"), Some(u64::MAX));
    assert_eq!(signed("18446744073709551615"), None);
    for no_integer in ["5.0", "5e0", "0.5", "-0"] {
        assert_eq!((signed(no_integer), unsigned(no_integer)), (None, None));
    }
}

#[test]
fn an_object_keeps_its_order_through_changes() {
    let mut object = Object::new();
    object.insert("b", 1_u64);
    object.insert("a", "x");
    object.insert("c", -2_i64);
    object.insert("b", true);
    assert_eq!(object.get("b"), Some(&Json::Bool(true)));
    assert_eq!(object.take("a"), Some(Json::from("x")));
    assert_eq!(object.take("a"), None);
    object.insert("a", vec![Json::Null]);
    let keys: Vec<_> = object.iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["b", "c", "a"]);
    assert_eq!(Json::from(object).to_string(), r#"{"b":true,"c":-2,"a":[null]}"#);
}
