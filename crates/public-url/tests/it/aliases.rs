//! Aliases on the way to an address: followed, counted, and never taken for an empty answer.

use std::net::IpAddr;

use public_url::Reason;

use crate::name_server::{NameServer, Reply};
use crate::support::{reason, vet};
use crate::wire::{Family, Record};

fn link(number: usize) -> String {
    format!("link{number}.example.com")
}

fn alias(number: usize) -> Record {
    Record::Alias(link(number), link(number + 1))
}

fn address(number: usize, address: &str) -> Record {
    Record::Address(link(number), address.parse::<IpAddr>().unwrap())
}

/// `count` aliases from `link0`, each in a reply of its own; the last name has an A record.
async fn one_by_one(count: usize) -> NameServer {
    NameServer::start(move |question| {
        let number: usize = question.name[4..].split('.').next().unwrap().parse().unwrap();
        match question.family {
            _ if number < count => Reply::records(vec![alias(number)]),
            Family::A => Reply::records(vec![address(number, "93.184.216.34")]),
            Family::Aaaa => Reply::no_records(),
        }
    })
    .await
}

/// The same chain with all its records in one reply.
async fn all_at_once(count: usize, end: &'static str) -> NameServer {
    NameServer::start(move |question| {
        if question.family == Family::Aaaa {
            return Reply::no_records();
        }
        let mut records: Vec<Record> = (0..count).map(alias).collect();
        records.push(address(count, end));
        // Their order is nobody's promise.
        records.reverse();
        Reply::records(records)
    })
    .await
}

#[tokio::test]
async fn p34_eight_aliases_are_followed_and_nine_are_refused() {
    for (count, accepted) in [(1, true), (8, true), (9, false)] {
        let server = one_by_one(count).await;
        let verdict = vet(&server.guard(), "link0.example.com").await;
        assert_eq!(verdict.is_ok(), accepted, "{count}, one by one");

        let server = all_at_once(count, "93.184.216.34").await;
        let verdict = vet(&server.guard(), "link0.example.com").await;
        assert_eq!(verdict.is_ok(), accepted, "{count}, all at once");
    }
}

#[tokio::test]
async fn p31_the_address_behind_an_alias_has_to_be_public() {
    let server = all_at_once(2, "169.254.169.254").await;
    let verdict = reason(&server.guard(), "link0.example.com").await;
    assert_eq!(verdict, Reason::PrivateAddress);
}

/// A resolver that gives up on a chain and says "no records" would let this name pass.
#[tokio::test]
async fn p31_a_loop_of_aliases_in_one_family_refuses_the_name() {
    for back_to in [0, 1] {
        let server = NameServer::start(move |question| match question.family {
            Family::A => Reply::records(vec![Record::Address(
                question.name.clone(),
                "93.184.216.34".parse().unwrap(),
            )]),
            Family::Aaaa if question.name == link(0) => Reply::records(vec![alias(0)]),
            Family::Aaaa => Reply::records(vec![Record::Alias(link(1), link(back_to))]),
        })
        .await;
        let verdict = reason(&server.guard(), "link0.example.com").await;
        assert_eq!(verdict, Reason::Unresolved);
    }
}

#[tokio::test]
async fn p34_a_loop_of_aliases_costs_a_bounded_number_of_questions() {
    let server = NameServer::start(|question| {
        Reply::records(vec![Record::Alias(question.name.clone(), format!("x{}", question.name))])
    })
    .await;
    let verdict = reason(&server.guard(), "example.com").await;
    assert_eq!(verdict, Reason::Unresolved);
    assert!(server.asked().len() <= 18, "{}", server.asked().len());
}

#[tokio::test]
async fn an_alias_without_an_address_in_the_same_reply_is_asked_for_its_own() {
    let server = NameServer::start(|question| {
        if question.name == link(0) {
            return Reply::records(vec![alias(0)]);
        }
        Reply::addresses(question, &["93.184.216.34".parse().unwrap()])
    })
    .await;
    vet(&server.guard(), "link0.example.com").await.unwrap();
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn an_alias_to_nowhere_has_no_address() {
    let server = NameServer::start(|question| {
        if question.name == link(0) {
            return Reply::records(vec![alias(0)]);
        }
        Reply::no_such_name()
    })
    .await;
    let verdict = reason(&server.guard(), "link0.example.com").await;
    assert_eq!(verdict, Reason::Unresolved);
}

#[tokio::test]
async fn a_name_with_two_different_aliases_is_refused() {
    let server = NameServer::start(|_| {
        Reply::records(vec![
            alias(0),
            Record::Alias(link(0), "elsewhere.example.com".to_owned()),
            address(1, "93.184.216.34"),
        ])
    })
    .await;
    let verdict = reason(&server.guard(), "link0.example.com").await;
    assert_eq!(verdict, Reason::Unresolved);
}
