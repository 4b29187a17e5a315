//! Every vector of the corpus has the verdict that it states.

use std::collections::HashMap;
use std::net::IpAddr;

use public_url::{Schemes, check_text};
use serde::Deserialize;

use crate::name_server::{NameServer, Reply};
use crate::wire::{Question, Record, SERVFAIL};

const CORPUS: &str = include_str!("../../../../fixtures/public-url/ssrf-vectors.jsonl");

#[derive(Debug, Deserialize)]
struct Vector {
    url: String,
    expect: Expect,
    why: String,
    tier: Tier,
    answers: Option<Vec<IpAddr>>,
    r#final: Option<Final>,
}

/// The verdict on the text alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Expect {
    Reject,
    AcceptSyntax,
}

/// The verdict with DNS; `residual` is accepted, as nobody can know what the name says later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Final {
    Accept,
    Reject,
    Residual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Tier {
    Must,
    Strict,
    Compat,
    Residual,
}

fn corpus() -> Vec<Vector> {
    let vectors: Vec<Vector> =
        CORPUS.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(vectors.len(), 571);
    vectors
}

#[test]
fn every_vector_has_its_verdict_on_the_text() {
    for vector in corpus() {
        let verdict = match check_text(&vector.url, Schemes::HttpsOnly) {
            Ok(_) => Expect::AcceptSyntax,
            Err(_) => Expect::Reject,
        };
        assert_eq!(verdict, vector.expect, "{vector:?}");
    }
}

#[test]
fn p32_the_canonical_form_of_an_accepted_vector_is_its_own_canonical_form() {
    for vector in corpus() {
        let Ok(url) = check_text(&vector.url, Schemes::HttpsOnly) else {
            continue;
        };
        let again = check_text(url.as_str(), Schemes::HttpsOnly).unwrap();
        assert_eq!(url, again, "{}", vector.why);
        assert!(url.as_str().is_ascii() && !url.as_str().contains('#'));
    }
}

#[test]
fn p33_no_compat_vector_is_refused_for_its_text() {
    let compat = corpus().into_iter().filter(|v| v.tier == Tier::Compat);
    for vector in compat {
        assert!(check_text(&vector.url, Schemes::HttpsOnly).is_ok(), "{vector:?}");
    }
}

#[test]
fn refused_schemes_flip_for_http_alone() {
    for vector in corpus() {
        let strict = check_text(&vector.url, Schemes::HttpsOnly);
        let relaxed = check_text(&vector.url, Schemes::HttpAndHttps);
        if !vector.url.to_ascii_lowercase().starts_with("http:") {
            assert_eq!(strict.is_ok(), relaxed.is_ok(), "{vector:?}");
        }
    }
}

#[tokio::test]
async fn p30_a_refused_text_asks_dns_nothing() {
    let server = NameServer::start(|question| {
        Reply::addresses(question, &["93.184.216.34".parse().unwrap()])
    })
    .await;
    let guard = server.guard();
    for vector in corpus() {
        if vector.expect == Expect::Reject {
            let verdict = guard.vet(&vector.url, Schemes::HttpsOnly).await;
            assert!(verdict.is_err(), "{vector:?}");
        }
    }
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn p31_every_vector_has_its_verdict_with_its_answers() {
    let zone: HashMap<String, Vec<IpAddr>> = corpus()
        .into_iter()
        .filter_map(|vector| vector.answers.map(|answers| (host(&vector.url), answers)))
        .collect();
    assert_eq!(zone.len(), 34);
    let server = NameServer::start(move |question| answer(question, &zone[&question.name])).await;
    let guard = server.guard();
    for vector in corpus() {
        let Some(expected) = vector.r#final else {
            continue;
        };
        let verdict = guard.vet(&vector.url, Schemes::HttpsOnly).await;
        assert_eq!(verdict.is_ok(), expected != Final::Reject, "{vector:?}");
    }
}

fn host(url: &str) -> String {
    url.split('/').nth(2).unwrap().to_owned()
}

/// The vectors without answers say in their first label how their look-up fails.
fn answer(question: &Question, addresses: &[IpAddr]) -> Reply {
    let name = &question.name;
    match name.split('.').next().unwrap() {
        _ if !addresses.is_empty() => Reply::addresses(question, addresses),
        "nxdomain" => Reply::no_such_name(),
        "servfail" => Reply::code(SERVFAIL),
        "timeout" => Reply::Silence,
        "cname-loop" => Reply::records(vec![Record::Alias(name.clone(), name.clone())]),
        "truncated-no-tcp" => Reply::HangsUp,
        label => panic!("nobody says how {label} fails"),
    }
}

#[test]
fn p36_the_readme_states_what_rebinding_leaves_open() {
    let readme = include_str!("../../README.md");
    assert!(readme.contains("A check by one host cannot bind another host's later look-up."));
    assert!(corpus().iter().any(|v| v.r#final == Some(Final::Residual)));
}
