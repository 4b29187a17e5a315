//! What holds for every text and every set of addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex};

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::test_runner::{Config, TestRunner};
use public_url::{Host, Schemes, TextUrl, check_text, is_public};
use url::Url;

use crate::name_server::{NameServer, Reply};
use crate::support::vet;

/// Pieces that parsers stumble over, glued together in any order.
fn hostile_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("https://".to_owned()),
        Just("http://".to_owned()),
        proptest::sample::select(vec![
            "example",
            ".com",
            "127.0.0.1",
            "0x7f",
            "8.8.8.8",
            "[::1]",
            "[2606:4700::1]",
            ":443",
            ":",
            "@",
            "\\",
            "/",
            "//",
            "?",
            "#",
            "%2e",
            "%",
            ".",
            "。",
            "..",
            "xn--",
            "localhost",
            "-",
            "_",
            "ß",
            "ſ",
            "ⅷ",
            "\u{200d}",
            "\u{ad}",
            "\u{3000}",
            "\u{feff}",
            "\t",
            "例子",
            "x=@",
        ])
        .prop_map(str::to_owned),
        "[a-z0-9.-]{1,9}",
        any::<char>().prop_map(String::from),
    ];
    (any::<bool>(), vec(piece, 0..9)).prop_map(|(with_scheme, pieces)| {
        let scheme = if with_scheme { "https://" } else { "" };
        format!("{scheme}{}", pieces.concat())
    })
}

/// What everyone may rely on once a text is accepted.
fn is_sound(url: &TextUrl) {
    let text = url.as_str();
    let again = check_text(text, Schemes::HttpsOnly).expect("its own form is accepted");
    assert_eq!(url, &again);
    assert!(text.starts_with("https://") && text.len() <= 2_048);
    assert!(text.bytes().all(|byte| byte.is_ascii_graphic()) && !text.contains('#'));
    let authority = text["https://".len()..].split('/').next().unwrap();
    assert!(!authority.contains(['@', '\\', '%', '?']));
    let parsed = Url::parse(text).unwrap();
    assert_eq!(parsed.as_str(), text);
    match url.host() {
        Host::Name(name) => {
            assert!(name.contains('.'), "{name}");
            assert_eq!(parsed.host_str(), Some(name.as_str()));
        }
        Host::Address(address) => assert!(is_public(*address)),
    }
}

proptest! {
    #![proptest_config(Config::with_cases(4_096))]

    #[test]
    fn any_text_gets_a_verdict(text in any::<String>()) {
        if let Ok(url) = check_text(&text, Schemes::HttpsOnly) {
            is_sound(&url);
        }
    }

    #[test]
    fn p32_what_is_accepted_is_its_own_canonical_form(text in hostile_text()) {
        if let Ok(url) = check_text(&text, Schemes::HttpsOnly) {
            is_sound(&url);
        }
    }

    #[test]
    fn a_literal_is_accepted_if_and_only_if_it_is_public(v4 in any::<Ipv4Addr>(), v6 in any::<Ipv6Addr>()) {
        let verdict = check_text(&format!("https://{v4}/"), Schemes::HttpsOnly);
        prop_assert_eq!(verdict.is_ok(), is_public(IpAddr::V4(v4)));
        let verdict = check_text(&format!("https://[{v6}]/"), Schemes::HttpsOnly);
        prop_assert_eq!(verdict.is_ok(), is_public(IpAddr::V6(v6)));
    }

    #[test]
    fn an_address_that_embeds_ipv4_is_never_public(v4 in any::<Ipv4Addr>()) {
        let [a, b, c, d] = v4.octets().map(u16::from);
        let (high, low) = (a << 8 | b, c << 8 | d);
        for embedding in [
            v4.to_ipv6_mapped(),
            v4.to_ipv6_compatible(),
            Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
            Ipv6Addr::new(0x2001, 0, high, low, 0, 0, 0, 1),
            Ipv6Addr::new(0x2a00, 1, 2, 3, 0, 0x5efe, high, low),
        ] {
            prop_assert!(!is_public(IpAddr::V6(embedding)), "{}", embedding);
        }
    }
}

#[test]
fn the_corpus_of_the_fuzzer_gets_its_verdicts() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/check_text");
    let mut accepted = 0;
    for entry in std::fs::read_dir(corpus).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        if let Ok(url) = check_text(&text, Schemes::HttpsOnly) {
            accepted += 1;
            is_sound(&url);
        }
    }
    assert!(accepted >= 7, "{accepted}");
}

fn any_address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<Ipv4Addr>().prop_map(IpAddr::V4),
        any::<Ipv6Addr>().prop_map(IpAddr::V6),
        Just(IpAddr::from([8, 8, 8, 8])),
        (0..u16::MAX).prop_map(|n| IpAddr::from([0x2606, 0x4700, 0, 0, 0, 0, 0, n])),
    ]
}

/// The verdict of a guard whose name server has these addresses for every name.
struct Verdicts {
    runtime: tokio::runtime::Runtime,
    addresses: Arc<Mutex<Vec<IpAddr>>>,
    server: NameServer,
}

impl Verdicts {
    fn start() -> Verdicts {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let addresses = Arc::new(Mutex::new(Vec::new()));
        let zone = Arc::clone(&addresses);
        let server = runtime.block_on(NameServer::start(move |question| {
            Reply::addresses(question, &zone.lock().unwrap())
        }));
        Verdicts { runtime, addresses, server }
    }

    fn accepts(&self, addresses: &[IpAddr]) -> bool {
        *self.addresses.lock().unwrap() = addresses.to_vec();
        let guard = self.server.guard();
        self.runtime.block_on(vet(&guard, "example.com")).is_ok()
    }
}

#[test]
fn p31_the_verdict_is_that_of_the_worst_address_and_more_private_ones_never_mend_it() {
    let verdicts = Verdicts::start();
    let mut runner = TestRunner::new(Config::with_cases(128));
    let sets = (vec(any_address(), 0..6), any_address(), 0..6_usize);
    runner
        .run(&sets, |(mut addresses, another, at)| {
            let before = verdicts.accepts(&addresses);
            let expected = !addresses.is_empty() && addresses.iter().copied().all(is_public);
            prop_assert_eq!(before, expected);
            addresses.insert(at.min(addresses.len()), another);
            if !is_public(another) {
                prop_assert!(!verdicts.accepts(&addresses));
            }
            Ok(())
        })
        .unwrap();
}
