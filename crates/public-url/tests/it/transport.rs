//! What the network does to a look-up: silence, forgery, truncation, floods. Always bounded.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use public_url::{Guard, NameServers, Reason};
use tokio::task::JoinSet;

use crate::name_server::{NameServer, Reply};
use crate::support::{reason, vet};
use crate::wire::{Family, Message, Question, Record};

const PUBLIC: IpAddr = IpAddr::V4(Ipv4Addr::new(93, 184, 216, 34));
const PRIVATE: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));

/// A verdict takes 3 s at most; the rest is for a busy machine.
const WORST: Duration = Duration::from_millis(3_500);

fn message(question: &Question, addresses: &[IpAddr]) -> Message {
    let record = |address: &IpAddr| Record::Address(question.name.clone(), *address);
    let answers = match question.family {
        Family::A => addresses.iter().map(record).collect(),
        Family::Aaaa => Vec::new(),
    };
    Message { answers, ..Message::default() }
}

#[tokio::test]
async fn p34_silence_is_refused_in_bounded_time() {
    let server = NameServer::start(|_| Reply::Silence).await;
    let start = Instant::now();
    assert_eq!(reason(&server.guard(), "example.com").await, Reason::Unresolved);
    assert!(start.elapsed() < WORST, "{:?}", start.elapsed());
}

#[tokio::test]
async fn p34_a_server_that_stalls_on_tcp_is_refused_in_bounded_time() {
    let server = NameServer::start(|question| Reply::Stalls(message(question, &[PUBLIC]))).await;
    let start = Instant::now();
    assert_eq!(reason(&server.guard(), "example.com").await, Reason::Unresolved);
    assert!(start.elapsed() < WORST, "{:?}", start.elapsed());
}

#[tokio::test]
async fn p34_a_reply_with_the_wrong_id_is_not_taken() {
    let server = NameServer::start(|question| {
        let forged = message(question, &[PUBLIC]);
        Reply::Forged(forged, None)
    })
    .await;
    assert_eq!(reason(&server.guard(), "example.com").await, Reason::Unresolved);

    let server = NameServer::start(|question| {
        let forged = message(question, &[PUBLIC]);
        let honest = message(question, &[PRIVATE]);
        Reply::Forged(forged, Some(honest))
    })
    .await;
    assert_eq!(reason(&server.guard(), "example.com").await, Reason::PrivateAddress);
}

#[tokio::test]
async fn p34_a_truncated_reply_is_asked_again_on_tcp_and_only_the_whole_one_counts() {
    for (whole, accepted) in [(PUBLIC, true), (PRIVATE, false)] {
        let server = NameServer::start(move |question| {
            let part = message(question, &[PUBLIC]).answers;
            Reply::OverTcp(part, message(question, &[PUBLIC, whole]))
        })
        .await;
        let verdict = vet(&server.guard(), "example.com").await;
        assert_eq!(verdict.is_ok(), accepted, "{whole}");
    }
}

#[tokio::test]
async fn p34_a_truncated_reply_without_tcp_is_refused() {
    let server = NameServer::start_without_tcp(|question| {
        let part = message(question, &[PUBLIC]).answers;
        Reply::OverTcp(part, Message::default())
    })
    .await;
    assert_eq!(reason(&server.guard(), "example.com").await, Reason::Unresolved);
}

#[tokio::test]
async fn p34_a_reply_that_is_truncated_on_tcp_too_is_refused() {
    let server = NameServer::start(|question| {
        Reply::Message(Message { truncated: true, ..message(question, &[PUBLIC]) })
    })
    .await;
    assert_eq!(reason(&server.guard(), "example.com").await, Reason::Unresolved);
}

#[tokio::test]
async fn p34_a_reply_of_64_kilobytes_is_refused_in_bounded_time() {
    // 2,000 addresses under a name of 11 bytes fill a message of 56 kB.
    let flood: Vec<IpAddr> = (0..2_000_u16)
        .map(|n| IpAddr::from([8, 8, n.to_be_bytes()[0], n.to_be_bytes()[1]]))
        .collect();
    let server =
        NameServer::start(move |question| Reply::OverTcp(Vec::new(), message(question, &flood)))
            .await;
    let start = Instant::now();
    assert_eq!(reason(&server.guard(), "example.com").await, Reason::TooManyAddresses);
    assert!(start.elapsed() < WORST, "{:?}", start.elapsed());
}

#[tokio::test]
async fn p34_a_flood_of_slow_names_is_bounded_and_later_names_pass() {
    let server = NameServer::start(|question| {
        if question.name.starts_with("slow") {
            return Reply::Silence;
        }
        Reply::addresses(question, &[PUBLIC])
    })
    .await;
    let guard = server.guard();
    let start = Instant::now();
    let mut flood = JoinSet::new();
    for number in 0..200 {
        let guard = guard.clone();
        flood.spawn(async move { reason(&guard, &format!("slow{number}.example.com")).await });
    }
    let reasons = flood.join_all().await;
    assert!(start.elapsed() < WORST, "{:?}", start.elapsed());
    let busy = reasons.iter().filter(|reason| **reason == Reason::Busy).count();
    assert!(busy >= 72, "at most two rounds of 64 have a turn; {busy}");
    vet(&guard, "example.com").await.unwrap();
}

#[tokio::test]
async fn a_name_server_that_is_silent_is_outrun_by_the_next() {
    let silent = NameServer::start(|_| Reply::Silence).await;
    let alive = NameServer::start(|question| Reply::addresses(question, &[PUBLIC])).await;
    let servers = NameServers::Fixed(vec![silent.address(), alive.address()]);
    vet(&Guard::new(servers).unwrap(), "example.com").await.unwrap();
}

#[tokio::test]
async fn a_name_server_that_is_not_there_refuses_every_name() {
    let server = NameServer::start(|question| Reply::addresses(question, &[PUBLIC])).await;
    let guard = server.guard();
    drop(server);
    assert_eq!(reason(&guard, "example.com").await, Reason::Unresolved);
}

#[test]
fn a_guard_needs_a_name_server() {
    let error = Guard::new(NameServers::Fixed(Vec::new())).unwrap_err();
    assert_eq!(error.to_string(), "no name server is given");
}
