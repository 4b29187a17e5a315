//! Answers that never end, or end beyond the limit, are dropped.

use ark_client::Outcome;

use crate::support::{Act, EVERYTHING, Upstream, answer};

/// What can wait in the sockets of both sides beyond what the client has read, at the very most.
const IN_FLIGHT: usize = 16 * 1024 * 1024;

#[tokio::test]
async fn p44_a_create_reads_no_more_than_a_mebibyte() {
    for head in ["content-length: 2147483648", "x-no-length: 1"] {
        let head = format!("HTTP/1.1 200 X\r\n{head}\r\n\r\n").into_bytes();
        let upstream = Upstream::always(Act::SayAndFlood(head)).await;
        let error = upstream.client().create_task(b"{}".to_vec()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown);
        let text = "create a task: the answer is longer than 1048576 bytes with status 200";
        assert_eq!(error.to_string(), text);
        assert!(upstream.flooded() < IN_FLIGHT, "{}", upstream.flooded());
        assert_eq!(upstream.requests().len(), 1);
    }
}

#[tokio::test]
async fn p44_a_list_may_be_longer_than_that_but_ends_as_well() {
    let page = format!(r#"{{"items":[],"total":0,"x":"{}"}}"#, "x".repeat(2 * 1024 * 1024));
    let upstream = Upstream::always(Act::SayAndClose(answer(200, &page))).await;
    assert_eq!(upstream.client().list_tasks(&EVERYTHING).await.unwrap().total, Some(0));
    let head = b"HTTP/1.1 200 X\r\n\r\n".to_vec();
    let upstream = Upstream::always(Act::SayAndFlood(head)).await;
    let error = upstream.client().list_tasks(&EVERYTHING).await.unwrap_err();
    let text = "list tasks: the answer is longer than 16777216 bytes with status 200";
    assert_eq!(error.to_string(), text);
}
