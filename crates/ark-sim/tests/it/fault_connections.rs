//! What faults make of connections.

use std::io::ErrorKind;

use ark_sim::{Damage, Fault, Verb};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{TASKS, create_bytes, exchange, order, request, start, suffer};

#[tokio::test]
async fn a_reset_is_a_reset() {
    let sim = start().await;
    for (fault, expected) in [
        (Fault::CommitThen(Damage::Reset), 1),
        (Fault::WithoutCommit(Damage::Reset), 0),
        (Fault::ResetBeforeRead, 0),
    ] {
        let (bytes, bought) = suffer(&sim, fault.clone()).await;
        assert_eq!(bytes.unwrap_err().kind(), ErrorKind::ConnectionReset, "{fault:?}");
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
    stream.write_all(&bytes[..bytes.len() - body_length / 2]).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(answer.is_empty() && sim.tasks().is_empty());
    assert_eq!(sim.calls()[0].body.len(), body_length / 2);
}

#[tokio::test]
async fn an_answer_that_never_comes_leaves_the_connection_open() {
    let sim = start().await;
    for (fault, bought) in [(Fault::NeverAnswer, 0), (Fault::CommitThen(Damage::Hang), 1)] {
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
    sim.faults().next(Verb::Create, Fault::CommitThen(Damage::CloseOnReuse));
    let body = order(json!({})).to_string();
    let bytes = request("POST", TASKS, &[("authorization", "Bearer key-1")], body.as_bytes());
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
async fn what_is_no_http_is_answered_with_400() {
    let sim = start().await;
    let answer = exchange(&sim, b"\x16\x03\x01 this is TLS\r\n\r\n").await.unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 400 Bad Request"));
}
