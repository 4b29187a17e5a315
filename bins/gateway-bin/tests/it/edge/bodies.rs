//! Bodies that are too large, never end, or lie (P23), and hostile JSON over the wire (P24).

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::wire::{Answer, answers, exchange, statuses};
use crate::support::{TASKS, TenantClient, World};

fn head(acme: &TenantClient, framing: &str) -> String {
    let token = &acme.token;
    format!(
        "POST {TASKS} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n{framing}\r\n\r\n"
    )
}

/// Sends the head, and then the same bytes again and again until the server closes.
async fn flood(world: &World, head: &str, piece: &[u8]) -> (usize, Vec<Answer>) {
    let mut socket = TcpStream::connect(world.server.address()).await.unwrap();
    let (mut reader, mut writer) = socket.split();
    let (mut sent, mut received) = (0, Vec::new());
    let sending = async {
        writer.write_all(head.as_bytes()).await.unwrap();
        while writer.write_all(piece).await.is_ok() {
            sent += piece.len();
        }
    };
    let both = async { tokio::join!(sending, reader.read_to_end(&mut received)).1.ok() };
    timeout(Duration::from_secs(20), both).await.expect("the server went on listening");
    (sent, answers(&received))
}

#[tokio::test(flavor = "multi_thread")]
async fn p23_a_length_over_the_limit_is_refused_before_the_body() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let bytes = head(&acme, "Content-Length: 1073741824");
    let answers = exchange(world.server.address(), bytes.as_bytes()).await;
    assert_eq!(statuses(&answers), [413]);
    assert!(answers[0].is_last());
}

#[tokio::test(flavor = "multi_thread")]
async fn p23_chunks_without_end_are_refused_at_the_limit() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let piece = format!("4000\r\n{}\r\n", "x".repeat(0x4000));
    let (_, answers) =
        flood(&world, &head(&acme, "Transfer-Encoding: chunked"), piece.as_bytes()).await;
    assert_eq!(statuses(&answers), [413]);
    assert!(answers[0].is_last());
}

#[tokio::test(flavor = "multi_thread")]
async fn p23_a_body_that_is_longer_than_it_says_is_not_read_on() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let (_, answers) = flood(&world, &head(&acme, "Content-Length: 2"), b"{}\0\0\0\0").await;
    assert_eq!(statuses(&answers), [400, 400]);
    assert!(answers[0].body.contains("\"param\":\"model\""), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn p23_a_body_without_a_token_is_not_read() {
    let world = World::start().await;
    let bytes = format!("POST {TASKS} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
    let answers = exchange(world.server.address(), bytes.as_bytes()).await;
    assert_eq!(statuses(&answers), [401]);
    assert!(answers[0].is_last());
}

#[tokio::test(flavor = "multi_thread")]
async fn p24_hostile_json_is_refused_and_the_connection_lives() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let keys: Vec<String> = (0..60_000).map(|key| key.to_string()).collect();
    let bodies: [Vec<u8>; 12] = [
        "[".repeat(1_000_000).into(),
        format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000)).into(),
        format!("{{\"a\":{}}}", "9".repeat(1_000_000)).into(),
        format!("{{\"{}\":1}}", "k".repeat(1_000_000)).into(),
        format!("{{\"{}\":0}}", keys.join("\":0,\"")).into(),
        b"{\"a\":1e400}".into(),
        b"NaN".into(),
        b"\xef\xbb\xbf{}".into(),
        b"{\"a\":\"\xff\"}".into(),
        b"{\"a\":\"\\ud800\"}".into(),
        b"{}{}".into(),
        b"".into(),
    ];
    let mut bytes = Vec::new();
    for body in &bodies {
        bytes.extend(head(&acme, &format!("Content-Length: {}", body.len())).into_bytes());
        bytes.extend(body);
    }
    bytes.extend(b"GET /sentinel HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let answers = exchange(world.server.address(), &bytes).await;
    let expected = [[400; 12].as_slice(), &[404]].concat();
    assert_eq!(statuses(&answers), expected, "{:?}", answers.last());
    assert_eq!(world.sim.tasks().len(), 0);
}
