//! Both families have to be answered, and every address counts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use public_url::Reason;

use crate::name_server::{NameServer, Reply};
use crate::support::{reason, vet};
use crate::wire::{Family, Message, REFUSED, Record, SERVFAIL};

const PUBLIC: IpAddr = IpAddr::V4(Ipv4Addr::new(93, 184, 216, 34));
const PUBLIC_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1111));
const PRIVATE: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));

/// A server that gives every name these addresses.
async fn with(addresses: Vec<IpAddr>) -> NameServer {
    NameServer::start(move |question| Reply::addresses(question, &addresses)).await
}

/// A server that has one public A record for every name, and `reply` to AAAA.
async fn with_aaaa(reply: Reply) -> NameServer {
    NameServer::start(move |question| match question.family {
        Family::A => Reply::addresses(question, &[PUBLIC]),
        Family::Aaaa => reply.clone(),
    })
    .await
}

#[tokio::test]
async fn p31_a_name_with_public_addresses_of_either_family_is_accepted() {
    for addresses in [vec![PUBLIC], vec![PUBLIC_V6], vec![PUBLIC, PUBLIC_V6]] {
        let server = with(addresses).await;
        let url = vet(&server.guard(), "Hooks.Example.com").await.unwrap();
        assert_eq!(url, "https://hooks.example.com/cb");
    }
}

#[tokio::test]
async fn p31_a_and_aaaa_are_asked_once_each_of_the_name_itself() {
    let server = with(vec![PUBLIC]).await;
    vet(&server.guard(), "hooks.example.com").await.unwrap();
    let asked = server.asked();
    assert!(asked.iter().all(|question| question.name == "hooks.example.com"));
    let mut families: Vec<Family> = asked.iter().map(|question| question.family).collect();
    families.sort_by_key(|family| *family == Family::Aaaa);
    assert_eq!(families, [Family::A, Family::Aaaa]);
}

#[tokio::test]
async fn a_second_verdict_asks_again() {
    let server = with(vec![PUBLIC]).await;
    let guard = server.guard();
    for _ in 0..2 {
        vet(&guard, "hooks.example.com").await.unwrap();
    }
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn a_literal_address_is_not_asked_of_dns() {
    let server = with(vec![PUBLIC]).await;
    vet(&server.guard(), "8.8.8.8").await.unwrap();
    vet(&server.guard(), "[2606:4700:4700::1111]").await.unwrap();
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn p31_one_address_that_is_not_public_refuses_the_name() {
    let mapped = "::ffff:93.184.216.34".parse().unwrap();
    let nat64 = "64:ff9b::5db8:d822".parse().unwrap();
    for addresses in [
        vec![PRIVATE],
        vec![PUBLIC, PRIVATE],
        vec![PRIVATE, PUBLIC],
        vec![PRIVATE, PUBLIC_V6],
        vec![PUBLIC, mapped],
        vec![PUBLIC, nat64],
        vec![PUBLIC, PUBLIC_V6, "fe80::1".parse().unwrap()],
    ] {
        let server = with(addresses).await;
        assert_eq!(reason(&server.guard(), "example.com").await, Reason::PrivateAddress);
    }
}

#[tokio::test]
async fn p31_a_private_address_under_another_name_of_the_answer_refuses_too() {
    let server = with_aaaa(Reply::records(vec![
        Record::Address("example.com".to_owned(), PUBLIC_V6),
        Record::Address("other.example.com".to_owned(), PRIVATE),
    ]))
    .await;
    assert_eq!(reason(&server.guard(), "example.com").await, Reason::PrivateAddress);
}

#[tokio::test]
async fn p31_an_empty_answer_of_one_family_is_an_answer() {
    let bare = Reply::records(Vec::new());
    for reply in [Reply::no_records(), bare, Reply::no_such_name()] {
        let server = with_aaaa(reply).await;
        vet(&server.guard(), "example.com").await.unwrap();
    }
}

#[tokio::test]
async fn p31_a_family_that_fails_refuses_the_name_although_the_other_is_public() {
    let referral = Reply::Message(Message {
        authority: vec![Record::Ns("example.com".to_owned())],
        ..Message::default()
    });
    let about_another = Reply::records(vec![Record::Address("other.net".to_owned(), PUBLIC_V6)]);
    for reply in [
        Reply::code(SERVFAIL),
        Reply::code(REFUSED),
        Reply::code(1),
        Reply::code(4),
        Reply::code(11),
        Reply::Silence,
        Reply::HangsUp,
        referral,
        about_another,
    ] {
        let server = with_aaaa(reply.clone()).await;
        let verdict = reason(&server.guard(), "example.com").await;
        assert_eq!(verdict, Reason::Unresolved, "{reply:?}");
    }
}

#[tokio::test]
async fn a_name_without_any_address_is_refused() {
    for reply in [Reply::no_records(), Reply::no_such_name()] {
        let server = NameServer::start(move |_| reply.clone()).await;
        assert_eq!(reason(&server.guard(), "example.com").await, Reason::Unresolved);
    }
}

#[tokio::test]
async fn p31_at_most_64_addresses_are_accepted_in_both_families_together() {
    let v4 = (0..60).map(|n| IpAddr::V4(Ipv4Addr::new(8, 8, 8, n)));
    let v6 = (0..4).map(|n| IpAddr::V6(Ipv6Addr::new(0x2606, 0x4700, 0, 0, 0, 0, 0, n)));
    let mut addresses: Vec<IpAddr> = v4.chain(v6).collect();
    let server = with(addresses.clone()).await;
    vet(&server.guard(), "example.com").await.unwrap();

    addresses.push(PUBLIC);
    let server = with(addresses.clone()).await;
    assert_eq!(reason(&server.guard(), "example.com").await, Reason::TooManyAddresses);

    addresses.push(PRIVATE);
    let server = with(addresses).await;
    assert_eq!(reason(&server.guard(), "example.com").await, Reason::PrivateAddress);
}

#[tokio::test]
async fn p34_a_refusal_does_not_tell_one_dns_failure_from_another() {
    let mut texts = Vec::new();
    for reply in [Reply::no_such_name(), Reply::no_records(), Reply::code(SERVFAIL), Reply::HangsUp]
    {
        let server = NameServer::start(move |_| reply.clone()).await;
        texts.push(vet(&server.guard(), "example.com").await.unwrap_err().to_string());
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:?}");

    let server = with(vec![PRIVATE]).await;
    let refusal = vet(&server.guard(), "example.com").await.unwrap_err();
    assert!(!refusal.to_string().contains("10."), "{refusal}");
}
