//! The text of a token: what is made, what is accepted, and what is never shown.

use std::collections::HashSet;

use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};
use sha2::{Digest, Sha256};
use tenancy::Token;

#[test]
fn a_token_has_the_documented_form() {
    let token = Token::generate().unwrap();
    let text = token.expose();
    assert_eq!(text.len(), 39);
    assert!(text.starts_with("oh-"));
    assert!(text[3..].bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert_eq!(Token::parse(text), Some(token.clone()));
    let expected: [u8; 32] = Sha256::digest(text).into();
    assert_eq!(token.sha256(), expected);
}

#[test]
fn the_checksum_is_the_crc32_of_everything_before_it() {
    let body = "oh-000000000000000000000000000000";
    let sum = crc32fast::hash(body.as_bytes());
    let digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".as_bytes();
    let spelled: String = (0..6)
        .rev()
        .map(|place| char::from(digits[(u64::from(sum) / 62_u64.pow(place) % 62) as usize]))
        .collect();
    assert!(Token::parse(&format!("{body}{spelled}")).is_some());
}

#[test]
fn tokens_differ_and_use_every_digit() {
    let tokens: Vec<Token> = (0..500).map(|_| Token::generate().unwrap()).collect();
    let different: HashSet<&str> = tokens.iter().map(Token::expose).collect();
    assert_eq!(different.len(), tokens.len());
    let mut seen = [0_u32; 128];
    for byte in tokens.iter().flat_map(|token| token.expose()[3..33].bytes()) {
        seen[usize::from(byte)] += 1;
    }
    // 15,000 digits, 242 of each expected: 8 standard deviations are 124. Without the rejection
    // of unfair bytes, the first eight digits would come up 293 times.
    let digits = (b'0'..=b'9').chain(b'A'..=b'Z').chain(b'a'..=b'z');
    for digit in digits {
        let times = seen[usize::from(digit)];
        assert!((118..=366).contains(&times), "{} came {times} times", char::from(digit));
    }
}

#[test]
fn a_token_is_not_shown_by_debug() {
    let token = Token::generate().unwrap();
    assert_eq!(format!("{token:?}"), "Token(…)");
}

#[test]
fn what_is_no_token_is_turned_away() {
    let token = Token::generate().unwrap();
    let text = token.expose();
    let longer_than_allowed = format!("oh-{}", "0".repeat(300));
    for bad in [
        "",
        "oh-",
        &text[..38],
        &text[1..],
        &format!(" {text}"),
        &format!("{text} "),
        &format!("{text}\0"),
        &text.replacen("oh-", "OH-", 1),
        &format!("{text}ä"),
        &longer_than_allowed,
    ] {
        assert_eq!(Token::parse(bad), None, "{bad:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_typing_error_is_noticed(place in 0_usize..39, typed in any::<char>()) {
        let token = Token::generate().unwrap();
        let mut text: Vec<char> = token.expose().chars().collect();
        let before = std::mem::replace(&mut text[place], typed);
        let text: String = text.into_iter().collect();
        prop_assert_eq!(Token::parse(&text).is_some(), before == typed);
    }

    #[test]
    fn no_text_makes_parsing_fail(text in "(oh-)?\\PC{0,300}") {
        if let Some(token) = Token::parse(&text) {
            prop_assert!(text.len() <= 256);
            prop_assert_eq!(token.expose(), text);
        }
    }
}
