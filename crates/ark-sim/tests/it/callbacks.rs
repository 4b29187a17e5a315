//! Callbacks, delivered to a real listener.

use ark_sim::{Sim, SimSettings};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{create, delete, get, seconds, settings};

struct Sink(TcpListener);

impl Sink {
    async fn start() -> (Self, Sim) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let callback_sink = Some(listener.local_addr().unwrap());
        let sim = Sim::start(SimSettings { callback_sink, ..settings() }).await;
        (Self(listener), sim.unwrap())
    }

    /// The next delivery, answered with `status`: its head and its body.
    async fn take(&self, status: &str) -> (String, Value) {
        let (mut stream, _) = self.0.accept().await.unwrap();
        let mut bytes = Vec::new();
        loop {
            stream.read_buf(&mut bytes).await.unwrap();
            let text = String::from_utf8(bytes.clone()).unwrap();
            if let Some((head, body)) = text.split_once("\r\n\r\n")
                && let Ok(body) = serde_json::from_str(body)
            {
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
                return (head.to_owned(), body);
            }
        }
    }

    async fn status(&self) -> String {
        let (_, body) = self.take("200 OK").await;
        body["status"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn every_change_of_status_is_posted_in_the_shape_of_get() {
    let (sink, sim) = Sink::start().await;
    let id = create(&sim, json!({"callback_url": "https://tenant.example/hook?a=1"})).await;
    let (head, queued) = sink.take("200 OK").await;
    assert!(head.starts_with("POST /hook?a=1 HTTP/1.1\r\nhost: tenant.example\r\n"), "{head}");
    assert_eq!((&queued["id"], &queued["status"]), (&json!(id), &json!("queued")));
    assert_eq!(queued, sim.task(&id).unwrap().report);

    // Both changes of one jump of the clock are told, in their order.
    sim.clock().advance(seconds(10));
    assert_eq!(sink.status().await, "running");
    let (_, succeeded) = sink.take("200 OK").await;
    assert_eq!(succeeded, sim.task(&id).unwrap().report);
}

#[tokio::test]
async fn the_end_is_told_four_times_when_nobody_acknowledges_it() {
    let (sink, sim) = Sink::start().await;
    let id = create(&sim, json!({"callback_url": "https://tenant.example/"})).await;
    sink.take("500 No").await;
    sim.fail(&id, "X", "x").unwrap();
    for _ in 0..4 {
        let (_, failed) = sink.take("500 No").await;
        assert_eq!(failed["status"], "failed");
    }
    // The next delivery is that of another task, not a fifth one.
    create(&sim, json!({"callback_url": "https://tenant.example/"})).await;
    assert_eq!(sink.status().await, "queued");
}

#[tokio::test]
async fn a_cancel_is_not_called_back() {
    let (sink, sim) = Sink::start().await;
    let id = create(&sim, json!({"callback_url": "https://tenant.example/"})).await;
    assert_eq!(sink.status().await, "queued");
    delete(&sim, &id).await;
    create(&sim, json!({"callback_url": "https://tenant.example/"})).await;
    assert_eq!(sink.status().await, "queued");
}

#[tokio::test]
async fn a_step_of_a_walk_is_called_back() {
    let (sink, sim) = Sink::start().await;
    let id = create(&sim, json!({"callback_url": "https://tenant.example/"})).await;
    assert_eq!(sink.status().await, "queued");
    sim.walk(&id, &["dreaming"]).unwrap();
    get(&sim, &id).await;
    assert_eq!(sink.status().await, "dreaming");
}
