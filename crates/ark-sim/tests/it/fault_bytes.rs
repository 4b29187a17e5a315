//! What faults make of the bytes of an answer.

use std::time::{Duration, Instant};

use ark_sim::{Damage, ErrorBody, Fault, Sim};
use serde_json::Value;

use crate::support::{start, suffer};

/// A damaged answer whose task was bought.
async fn damaged(sim: &Sim, damage: Damage) -> String {
    let (bytes, bought) = suffer(sim, Fault::CommitThen(damage)).await;
    assert_eq!(bought, 1);
    String::from_utf8_lossy(&bytes.unwrap()).into_owned()
}

/// The length that the head claims, and the body that came.
fn claimed_and_body(answer: &str) -> (usize, &str) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let (_, rest) = head.split_once("content-length: ").unwrap();
    (rest.lines().next().unwrap().parse().unwrap(), body)
}

#[tokio::test]
async fn a_damaged_answer_still_bought_the_task_and_its_twin_did_not() {
    let sim = start().await;
    for damage in [
        Damage::Delay(Duration::from_millis(1)),
        Damage::CloseBeforeHeaders,
        Damage::CloseMidHeader,
        Damage::CloseMidBody,
        Damage::Status500,
        Damage::GarbageJson,
        Damage::WrongTypes,
        Damage::TruncateByOne,
        Damage::ContentLengthTooLong,
        Damage::ContentLengthTooShort,
    ] {
        let (bytes, bought) = suffer(&sim, Fault::CommitThen(damage.clone())).await;
        assert!(bytes.is_ok() && bought == 1, "{damage:?}");
        let (bytes, bought) = suffer(&sim, Fault::WithoutCommit(damage.clone())).await;
        assert!(bytes.is_ok() && bought == 0, "{damage:?}");
    }
}

#[tokio::test]
async fn connections_are_closed_where_the_fault_says() {
    let sim = start().await;
    assert_eq!(damaged(&sim, Damage::CloseBeforeHeaders).await, "");

    let cut = damaged(&sim, Damage::CloseMidHeader).await;
    assert!(cut.starts_with("HTTP/1.1 200 OK\r\n") && !cut.contains("\r\n\r\n"), "{cut}");

    let cut = damaged(&sim, Damage::CloseMidBody).await;
    let (claimed, body) = claimed_and_body(&cut);
    assert_eq!(body.len(), claimed / 2);
    assert!(body.starts_with("{\"id\":\"cgt-"), "{body}");
}

#[tokio::test]
async fn half_an_answer_does_not_tell_whether_the_task_was_bought() {
    let sim = start().await;
    for (fault, expected) in [
        (Fault::CommitThen(Damage::CloseMidBody), 1),
        (Fault::WithoutCommit(Damage::CloseMidBody), 0),
    ] {
        let (bytes, bought) = suffer(&sim, fault).await;
        let answer = String::from_utf8(bytes.unwrap()).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert_eq!(claimed_and_body(&answer).1.len(), 16);
        assert_eq!(bought, expected);
    }
}

#[tokio::test]
async fn lengths_lie_where_the_fault_says() {
    let sim = start().await;
    let whole = r#"{"id":"cgt-20260611204121-462cw"}"#.len();

    let answer = damaged(&sim, Damage::TruncateByOne).await;
    let (claimed, body) = claimed_and_body(&answer);
    assert_eq!((claimed, body.len()), (whole - 1, whole - 1));
    assert!(body.ends_with('"'), "{body}");

    let answer = damaged(&sim, Damage::ContentLengthTooLong).await;
    let (claimed, body) = claimed_and_body(&answer);
    assert_eq!((claimed, body.len()), (whole + 10, whole));

    let answer = damaged(&sim, Damage::ContentLengthTooShort).await;
    let (claimed, body) = claimed_and_body(&answer);
    assert_eq!((claimed, body.len()), (whole - 1, whole));
}

#[tokio::test]
async fn bodies_are_not_what_they_should_be() {
    let sim = start().await;
    let answer = damaged(&sim, Damage::GarbageJson).await;
    let (_, body) = claimed_and_body(&answer);
    assert!(answer.starts_with("HTTP/1.1 200 OK"));
    assert!(serde_json::from_str::<Value>(body).is_err(), "{body}");

    let answer = damaged(&sim, Damage::WrongTypes).await;
    assert_eq!(claimed_and_body(&answer).1, r#"{"id":7}"#);

    let answer = damaged(&sim, Damage::Status500).await;
    assert!(answer.starts_with("HTTP/1.1 500 Internal Server Error"));
    assert!(answer.contains("InternalServiceError"));
}

#[tokio::test]
async fn answers_can_be_larger_than_anybody_wants() {
    let sim = start().await;
    let answer = damaged(&sim, Damage::HugeBody(300_000)).await;
    let (claimed, body) = claimed_and_body(&answer);
    assert_eq!(claimed, body.len());
    assert!(body.trim_start().len() == claimed - 300_000 && body.starts_with("   "));

    let answer = damaged(&sim, Damage::ManyHeaders(10_000)).await;
    assert!(answer.contains("\r\nx-filler-9999: filler\r\n"));

    let answer = damaged(&sim, Damage::HugeHeader(1_000_000)).await;
    assert!(answer.split_once("x-huge: ").unwrap().1.starts_with(&"h".repeat(1_000_000)));

    let answer = damaged(&sim, Damage::Informational(5)).await;
    assert_eq!(answer.matches("HTTP/1.1 100 Continue\r\n\r\n").count(), 3);
    assert_eq!(answer.matches("HTTP/1.1 103 Early Hints\r\n").count(), 2);
    assert!(answer.contains("HTTP/1.1 200 OK\r\n"));
}

#[tokio::test]
async fn a_gzip_stream_comes_with_and_without_its_name() {
    // 259 blanks; another implementation inflates it to the same.
    let stream =
        [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 0x53, 0x18, 0x05, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let sim = start().await;
    for announced in [true, false] {
        let damage = Damage::Gzip { announced, inflated_bytes: 259 };
        let (bytes, _) = suffer(&sim, Fault::CommitThen(damage)).await;
        let bytes = bytes.unwrap();
        assert!(bytes.ends_with(&stream), "{bytes:x?}");
        let head = String::from_utf8_lossy(&bytes);
        assert_eq!(head.contains("content-encoding: gzip"), announced);
    }
}

#[tokio::test]
async fn delays_take_real_time_and_slow_bodies_trickle() {
    let sim = start().await;
    let begun = Instant::now();
    damaged(&sim, Damage::Delay(Duration::from_millis(50))).await;
    assert!(begun.elapsed() >= Duration::from_millis(50));

    let begun = Instant::now();
    let answer = damaged(&sim, Damage::SlowBody(200)).await;
    let (claimed, body) = claimed_and_body(&answer);
    assert_eq!(claimed, body.len());
    assert!(begun.elapsed() >= Duration::from_millis(100));

    let begun = Instant::now();
    let (bytes, bought) = suffer(&sim, Fault::Delay(Duration::from_millis(50))).await;
    assert!(begun.elapsed() >= Duration::from_millis(50));
    assert!(bytes.unwrap().starts_with(b"HTTP/1.1 200 OK") && bought == 1);
    assert_eq!(sim.calls().pop().unwrap().status, Some(200));
}

#[tokio::test]
async fn statuses_come_with_json_with_a_page_or_with_nothing() {
    let sim = start().await;
    let fault =
        Fault::Status { status: 429, body: ErrorBody::Html, retry_after: Some("soon".to_owned()) };
    for (fault, start, part) in [
        (
            Fault::refusal(403, "AccountOverdueError", "Pay."),
            "HTTP/1.1 403",
            "\"code\":\"AccountOverdueError\"",
        ),
        (fault.clone(), "HTTP/1.1 429", "retry-after: soon\r\n"),
        (fault, "HTTP/1.1 429", "<html>"),
        (Fault::status(504), "HTTP/1.1 504", "content-length: 0\r\n\r\n"),
        (
            Fault::Redirect("http://other.example/".to_owned()),
            "HTTP/1.1 307",
            "location: http://other.example/\r\n",
        ),
    ] {
        let (bytes, bought) = suffer(&sim, fault).await;
        let answer = String::from_utf8(bytes.unwrap()).unwrap();
        assert!(answer.starts_with(start) && answer.contains(part), "{answer}");
        assert_eq!(bought, 0);
    }
}
