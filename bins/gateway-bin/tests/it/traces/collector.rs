//! What a collector gets, in binaries that export: a plain HTTP server keeps it here.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::to;
use crate::served::Served;
use crate::support::{GOOD, TASKS, http_client, send};

/// A collector that keeps every body it gets.
struct Collector {
    address: String,
    got: Arc<Mutex<Vec<u8>>>,
}

impl Collector {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let got: Arc<Mutex<Vec<u8>>> = Arc::default();
        let keep = Arc::clone(&got);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(take(socket, Arc::clone(&keep)));
            }
        });
        Self { address, got }
    }

    fn has(&self, word: &str) -> bool {
        let got = self.got.lock().unwrap();
        got.windows(word.len()).any(|part| part == word.as_bytes())
    }
}

/// Answers every request on one connection.
async fn take(mut socket: TcpStream, keep: Arc<Mutex<Vec<u8>>>) {
    let mut bytes = Vec::new();
    while socket.read_buf(&mut bytes).await.is_ok_and(|read| read > 0) {
        let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        let Some((head, _)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.split_once("content-length: ").unwrap().1;
        let length: usize = length.lines().next().unwrap().parse().unwrap();
        if bytes.len() >= head.len() + 4 + length {
            assert!(head.starts_with("post /v1/traces http/1.1"), "{head}");
            assert!(head.contains("application/x-protobuf"), "{head}");
            let body = bytes.split_off(head.len() + 4);
            keep.lock().unwrap().extend(body);
            bytes.clear();
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
            socket.write_all(answer).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p22_a_collector_gets_the_steps_of_a_request_and_nothing_that_a_tenant_wrote() {
    let collector = Collector::start().await;
    let mut served = Served::start(&to(&collector.address)).await;
    let token = served.token("acme");
    let parent = "4bf92f3577b34da6a3ce929d0e0e4736";
    let create = http_client().post(format!("{}{TASKS}", served.url)).bearer_auth(&token);
    let create = create.header("traceparent", format!("00-{parent}-00f067aa0ba902b7-01"));
    let created = send(create.body(GOOD.replace("a boat", "canary-prompt"))).await;
    assert_eq!(created.status, 200, "{}", created.text);
    served.signal(rustix::process::Signal::TERM);
    assert_eq!(served.process.wait().await.unwrap().code(), Some(0));
    let id = created.header("x-request-id").unwrap();
    for word in ["phanedge", "request", "open intent", "upstream call", "bind intent", id] {
        assert!(collector.has(word), "no `{word}` was sent");
    }
    let parent: Vec<u8> =
        (0..16).map(|i| u8::from_str_radix(&parent[2 * i..][..2], 16).unwrap()).collect();
    let got = collector.got.lock().unwrap().clone();
    assert!(!got.windows(16).any(|part| part == parent), "a tenant chose the trace");
    for secret in ["canary-prompt", token.as_str(), crate::served::KEYS[0]] {
        assert!(!collector.has(secret), "`{secret}` was sent");
    }
}
