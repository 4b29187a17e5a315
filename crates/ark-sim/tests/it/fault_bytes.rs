//! Every fault as its bytes on the wire.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use ark_sim::{Damage, ErrorBody, Fault, Sim, Verb};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{TASKS, exchange, order, request, start, task_request};

fn create_bytes() -> Vec<u8> {
    task_request("POST", TASKS, order(json!({})).to_string().as_bytes())
}

/// A create that suffers `fault`: what came back, and how many tasks were bought.
async fn suffer(sim: &Sim, fault: Fault) -> (std::io::Result<Vec<u8>>, usize) {
    let before = sim.tasks().len();
    let planned = sim.faults().next(Verb::Create, fault);
    let bytes = exchange(sim, &create_bytes()).await;
    assert_eq!(planned.uses(), 1);
    (bytes, sim.tasks().len() - before)
}

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
    assert!(
        cut.starts_with("HTTP/1.1 200 OK\r\n") && !cut.contains("\r\n\r\n"),
        "{cut}"
    );

    let cut = damaged(&sim, Damage::CloseMidBody).await;
    let (claimed, body) = claimed_and_body(&cut);
    assert_eq!(body.len(), claimed / 2);
    assert!(body.starts_with("{\"id\":\"cgt-"), "{body}");
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
    assert!(
        answer
            .split_once("x-huge: ")
            .unwrap()
            .1
            .starts_with(&"h".repeat(1_000_000))
    );

    let answer = damaged(&sim, Damage::Informational(5)).await;
    assert_eq!(answer.matches("HTTP/1.1 100 Continue\r\n\r\n").count(), 3);
    assert_eq!(answer.matches("HTTP/1.1 103 Early Hints\r\n").count(), 2);
    assert!(answer.contains("HTTP/1.1 200 OK\r\n"));
}

#[tokio::test]
async fn a_gzip_stream_comes_with_and_without_its_name() {
    // 259 blanks; another implementation inflates it to the same.
    let stream = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 0x53, 0x18, 0x05, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];
    let sim = start().await;
    for announced in [true, false] {
        let damage = Damage::Gzip {
            announced,
            inflated_bytes: 259,
        };
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
async fn a_reset_is_a_reset() {
    let sim = start().await;
    for (fault, expected) in [
        (Fault::CommitThen(Damage::Reset), 1),
        (Fault::WithoutCommit(Damage::Reset), 0),
        (Fault::ResetBeforeRead, 0),
    ] {
        let (bytes, bought) = suffer(&sim, fault.clone()).await;
        assert_eq!(
            bytes.unwrap_err().kind(),
            ErrorKind::ConnectionReset,
            "{fault:?}"
        );
        assert_eq!(bought, expected, "{fault:?}");
    }
}

#[tokio::test]
async fn half_a_body_is_read_and_no_more() {
    let sim = start().await;
    sim.faults().next(Verb::Create, Fault::CloseAfterHalfBody);
    let bytes = create_bytes();
    let mut stream = TcpStream::connect(sim.addr()).await.unwrap();
    let body_length = order(json!({})).to_string().len();
    stream
        .write_all(&bytes[..bytes.len() - body_length / 2])
        .await
        .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(answer.is_empty() && sim.tasks().is_empty());
    assert_eq!(sim.calls()[0].body.len(), body_length / 2);
}

#[tokio::test]
async fn an_answer_that_never_comes_leaves_the_connection_open() {
    let sim = start().await;
    for (fault, bought) in [
        (Fault::NeverAnswer, 0),
        (Fault::CommitThen(Damage::Hang), 1),
    ] {
        sim.clear_calls();
        sim.faults().next(Verb::Create, fault);
        let mut stream = TcpStream::connect(sim.addr()).await.unwrap();
        stream.write_all(&create_bytes()).await.unwrap();
        sim.wait_for_calls(Verb::Create, 1).await;
        assert_eq!(sim.tasks().len(), bought);
        let silent = stream.try_read(&mut [0; 1]);
        assert_eq!(silent.unwrap_err().kind(), ErrorKind::WouldBlock);
        stream.shutdown().await.unwrap();
        assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_kept_connection_is_reset_on_its_next_use() {
    let sim = start().await;
    sim.faults()
        .next(Verb::Create, Fault::CommitThen(Damage::CloseOnReuse));
    let body = order(json!({})).to_string();
    let bytes = request(
        "POST",
        TASKS,
        &[("authorization", "Bearer key-1")],
        body.as_bytes(),
    );
    let mut stream = TcpStream::connect(sim.addr()).await.unwrap();
    stream.write_all(&bytes).await.unwrap();
    let mut answer = vec![0; 4096];
    let length = stream.read(&mut answer).await.unwrap();
    assert!(answer[..length].starts_with(b"HTTP/1.1 200 OK"));

    stream.write_all(&bytes).await.unwrap();
    let error = stream.read(&mut answer).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(sim.tasks().len(), 1);
}

#[tokio::test]
async fn statuses_come_with_json_with_a_page_or_with_nothing() {
    let sim = start().await;
    let fault = Fault::Status {
        status: 429,
        body: ErrorBody::Html,
        retry_after: Some("soon".to_owned()),
    };
    for (fault, start, part) in [
        (
            Fault::refusal(403, "AccountOverdueError", "Pay."),
            "HTTP/1.1 403",
            "\"code\":\"AccountOverdueError\"",
        ),
        (fault.clone(), "HTTP/1.1 429", "retry-after: soon\r\n"),
        (fault, "HTTP/1.1 429", "<html>"),
        (
            Fault::status(504),
            "HTTP/1.1 504",
            "content-length: 0\r\n\r\n",
        ),
        (
            Fault::Redirect("http://other.example/".to_owned()),
            "HTTP/1.1 307",
            "location: http://other.example/\r\n",
        ),
    ] {
        let (bytes, bought) = suffer(&sim, fault).await;
        let answer = String::from_utf8(bytes.unwrap()).unwrap();
        assert!(
            answer.starts_with(start) && answer.contains(part),
            "{answer}"
        );
        assert_eq!(bought, 0);
    }
}

#[tokio::test]
async fn what_is_no_http_is_answered_with_400() {
    let sim = start().await;
    let answer = exchange(&sim, b"\x16\x03\x01 this is TLS\r\n\r\n")
        .await
        .unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 400 Bad Request"));
}
