//! Finds words in bytes, however they are spelled: in any letter case, in hex, in base64 at any
//! alignment and in either alphabet, behind percent signs and behind JSON's escapes.

use std::fmt::Write as _;
use std::sync::LazyLock;

use super::{HOST, PLATFORM, PROMPT};

/// What must not be in anything that a gateway sends, prints or keeps.
static FOR_ANSWERS: LazyLock<Scanner> =
    LazyLock::new(|| Scanner::new(&[PLATFORM.as_slice(), &[HOST]].concat()));
/// What must not be in a log: that, and what tenants say.
static FOR_LOGS: LazyLock<Scanner> =
    LazyLock::new(|| Scanner::new(&[PLATFORM.as_slice(), &[PROMPT]].concat()));
/// The query parameter of a signed URL that names the key of whoever signed it.
const CREDENTIAL: &str = "X-Tos-Credential=";
/// Most symbols of a token after its prefix.
const TOKEN_SYMBOLS: usize = 30;

/// A word and its spelling that was found, if there is one. What a signed URL says about its signer
/// may be there: the tenant needs the URL as it is.
pub(super) fn find_in_answer(bytes: &[u8]) -> Option<String> {
    FOR_ANSWERS.find(&without_credentials(&String::from_utf8_lossy(bytes)))
}

/// The same for a log, which has no use for URLs; words and tokens of tenants are found too.
pub(super) fn find_in_log(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let token = text.split("oh-").skip(1).find(|rest| starts_as_token(rest));
    FOR_LOGS.find(&text).or_else(|| token.map(|_| "the token of a tenant".to_owned()))
}

/// All spellings of a word that are found.
pub(crate) fn spellings(word: &str) -> Vec<String> {
    let hex = hex(word);
    let (mut percent, mut escaped) = (String::new(), String::new());
    for byte in word.bytes() {
        let _ = write!(percent, "%{byte:02X}");
        let _ = write!(escaped, "\\u{byte:04x}");
    }
    let swapped = word.chars().map(|symbol| match symbol {
        'a'..='z' => symbol.to_ascii_uppercase(),
        _ => symbol.to_ascii_lowercase(),
    });
    let mut all = vec![word.to_owned(), swapped.collect(), hex.to_uppercase(), hex];
    all.extend([percent, escaped]);
    for before in ["", "x", "xy"] {
        let padded = base64(format!("{before}{word}").as_bytes());
        all.push(padded.replace('+', "-").replace('/', "_"));
        all.push(padded);
    }
    all
}

/// Some words, and what each looks like.
struct Scanner(Vec<(String, String)>);

impl Scanner {
    fn new(words: &[&str]) -> Self {
        let needles = words.iter().flat_map(|word| {
            let in_base64 = [0, 1, 2].map(|shift| base64_core(word, shift));
            let looks = [(*word).to_owned(), hex(word)].into_iter().chain(in_base64);
            looks.map(|look| ((*word).to_owned(), even(&look)))
        });
        Self(needles.collect())
    }

    fn find(&self, text: &str) -> Option<String> {
        let in_one = |text: &str| {
            let even = even(text);
            let found = self.0.iter().find(|(_, look)| even.contains(look.as_str()));
            found.map(|(word, look)| format!("`{word}` as `{look}`"))
        };
        let escaped = text.contains('%') || text.contains("\\u");
        in_one(text).or_else(|| escaped.then(|| in_one(&unescaped(text)))?)
    }
}

/// One spelling for both letter cases and both alphabets of base64.
fn even(text: &str) -> String {
    text.to_ascii_lowercase().replace('-', "+").replace('_', "/")
}

fn hex(word: &str) -> String {
    word.bytes().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The symbols of base64 that depend on the word alone, with this many bytes before it.
fn base64_core(word: &str, before: usize) -> String {
    let padded = base64(&[&vec![0; before], word.as_bytes()].concat());
    let first = (before * 8).div_ceil(6);
    let end = (before + word.len()) * 8 / 6;
    padded[first..end].to_owned()
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for place in 0..=three.len() {
            text.push(char::from(ALPHABET[bits >> (18 - 6 * place) & 63]));
        }
    }
    let padded = text.len().next_multiple_of(4);
    format!("{text:=<padded$}")
}

/// The text with `%41` and `\u0041` read.
fn unescaped(text: &str) -> String {
    let read = |text: String, sign: &str, digits: usize| {
        let mut parts = text.split(sign);
        let mut read = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let code = part.get(..digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
            match code.and_then(char::from_u32) {
                Some(symbol) => read.extend([&symbol.to_string(), &part[digits..]]),
                None => read.extend([sign, part]),
            }
        }
        read
    };
    read(read(text.to_owned(), "%", 2), "\\u", 4)
}

fn without_credentials(text: &str) -> String {
    let mut parts = text.split(CREDENTIAL);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(['&', '"', '\\']).unwrap_or(part.len());
        kept.push_str(&part[end..]);
    }
    kept
}

fn starts_as_token(rest: &str) -> bool {
    rest.bytes().take_while(u8::is_ascii_alphanumeric).count() >= TOKEN_SYMBOLS
}

#[test]
fn p19_the_scanner_finds_every_spelling_of_every_canary() {
    for word in PLATFORM {
        for spelling in spellings(word) {
            for text in [spelling.clone(), format!("{{\"a\":\"x{spelling}y\"}}")] {
                let found = find_in_answer(text.as_bytes());
                assert!(found.is_some_and(|found| found.contains(word)), "{word} in {text}");
                assert!(find_in_log(text.as_bytes()).is_some(), "{word} in {text}");
            }
        }
    }
    for spelling in spellings(HOST) {
        assert!(find_in_answer(spelling.as_bytes()).is_some(), "{spelling}");
    }
    let bytes = [b"\xff\x00", PLATFORM[0].as_bytes(), b"\xfe"].concat();
    assert!(find_in_answer(&bytes).is_some());
}

#[test]
fn p19_the_scanner_passes_what_tenants_need_and_p22_finds_what_logs_must_not_have() {
    let url = format!("\"https://a.example/b?{CREDENTIAL}{}%2F2026&X-Tos-Date=1\"", super::ACCESS);
    assert_eq!(find_in_answer(url.as_bytes()), None);
    assert!(find_in_log(url.as_bytes()).is_some());
    for clean in ["", "doubao-seedance-2-0", "cgt-20260101000000-abcde", "100%"] {
        assert_eq!((find_in_answer(clean.as_bytes()), find_in_log(clean.as_bytes())), (None, None));
    }
    let token = tenancy::Token::generate().unwrap().expose().to_owned();
    assert!(find_in_log(format!("\"{token}\"").as_bytes()).is_some());
    assert_eq!(find_in_answer(PROMPT.as_bytes()), None);
    assert!(find_in_log(PROMPT.as_bytes()).is_some());
}
