//! The deadlines of a connection, by a clock that only the test moves.
//!
//! The pipes are tokio's: with a real socket the clock could run ahead of bytes that are under
//! way.

mod leaving;
mod resting;

use std::io;
use std::time::Duration;

use axum::body::Bytes;
use axum::routing::{get, post};
use axum::{Extension, Router};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval, sleep_until};

use super::deadlines::Deadlines;
use super::exchange;
use super::rest::ComeBackLater;
use super::socket::Socket;
use super::stages::Stages;
use crate::metrics::Metrics;

const GET: &[u8] = b"GET /quick HTTP/1.1\r\nHost: a\r\n\r\n";
const POST: &[u8] = b"POST /whole HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
/// How long a connection rests after `/full`.
const REST: Duration = Duration::from_millis(500);
/// Bytes that the pipe holds for a reader, as a socket's buffer does.
const PIPE_BYTES: usize = 1024;

/// A connection, the server's end of it, and when it was opened.
struct Client {
    pipe: DuplexStream,
    /// Gives when the server closed it.
    served: JoinHandle<Instant>,
    opened: Instant,
}

impl Client {
    fn connect() -> Self {
        Self::connect_to(Stages::default())
    }

    /// To a server that may be about to stop.
    fn connect_to(stages: Stages) -> Self {
        let (pipe, run) = connection(stages);
        let served = tokio::spawn(async {
            run.await;
            Instant::now()
        });
        Self { pipe, served, opened: Instant::now() }
    }

    async fn sends(&mut self, bytes: &[u8]) {
        self.pipe.write_all(bytes).await.unwrap();
    }

    /// Sends one byte a second until the server closes.
    async fn drips(&mut self) {
        let mut seconds = interval(Duration::from_secs(1));
        while self.pipe.write_all(b"a").await.is_ok() {
            seconds.tick().await;
        }
    }

    async fn hears(&mut self, text: &str) {
        let mut heard = Vec::new();
        while !String::from_utf8_lossy(&heard).ends_with(text) {
            heard.push(self.pipe.read_u8().await.unwrap());
        }
    }

    /// The whole seconds after which the server closed.
    async fn closed_after(self) -> u64 {
        (self.served.await.unwrap() - self.opened).as_secs()
    }
}

impl Socket for DuplexStream {
    /// A pipe is heard of at once.
    fn read_now(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }
}

/// A connection, and the server's work on it.
fn connection(stages: Stages) -> (DuplexStream, impl Future<Output = ()>) {
    let (pipe, socket) = duplex(PIPE_BYTES);
    (pipe, serve(socket, stages))
}

/// The server's work on a socket.
fn serve(socket: impl Socket, stages: Stages) -> impl Future<Output = ()> {
    let router = Router::new()
        .route("/quick", get(|| async { "quick" }))
        .route("/full", get(|| async { (Extension(ComeBackLater(REST)), "full") }))
        .route("/slow", get(|| async { after(Duration::from_secs(200)).await }))
        .route("/large", get(|| async { "x".repeat(100 * PIPE_BYTES) }))
        .route("/whole", post(|body: Bytes| async move { body.len().to_string() }));
    let metrics = Metrics::new().edge();
    exchange::run(socket, router, Deadlines::DEFAULT, stages, metrics)
}

async fn after(time: Duration) -> &'static str {
    sleep_until(Instant::now() + time).await;
    "slow"
}

#[tokio::test(start_paused = true)]
async fn p39_a_silent_connection_is_closed_after_ten_seconds() {
    assert_eq!(Client::connect().closed_after().await, 10);
}

#[tokio::test(start_paused = true)]
async fn p39_a_head_has_ten_seconds_from_its_first_byte() {
    let mut client = Client::connect();
    sleep_until(client.opened + Duration::from_secs(9)).await;
    client.sends(b"GET /quick HT").await;
    assert_eq!(client.closed_after().await, 19);
    let mut client = Client::connect();
    client.sends(b"GET /").await;
    client.drips().await;
    assert_eq!(client.closed_after().await, 10);
}

#[tokio::test(start_paused = true)]
async fn p39_a_body_that_stalls_or_drips_is_closed_after_its_head_start() {
    let mut client = Client::connect();
    client.sends(POST).await;
    assert_eq!(client.closed_after().await, 5);
    let mut client = Client::connect();
    client.sends(POST).await;
    client.drips().await;
    assert_eq!(client.closed_after().await, 5);
}

#[tokio::test(start_paused = true)]
async fn p39_a_body_that_keeps_the_rate_has_thirty_seconds() {
    let mut client = Client::connect();
    client.sends(POST).await;
    let mut seconds = interval(Duration::from_secs(1));
    while client.pipe.write_all(&[b'a'; 1024]).await.is_ok() {
        seconds.tick().await;
    }
    assert_eq!(client.closed_after().await, 30);
    let mut client = Client::connect();
    client.sends(POST).await;
    let mut seconds = interval(Duration::from_secs(1));
    for _ in 0..25 {
        seconds.tick().await;
        client.sends(&[b'a'; 4000]).await;
    }
    client.hears("100000").await;
    assert!(client.opened.elapsed() < Duration::from_secs(26));
}

#[tokio::test(start_paused = true)]
async fn p39_a_kept_connection_may_be_idle_for_a_minute_each_time() {
    let mut client = Client::connect();
    client.sends(GET).await;
    client.hears("quick").await;
    sleep_until(client.opened + Duration::from_secs(59)).await;
    client.sends(GET).await;
    client.hears("quick").await;
    assert_eq!(client.closed_after().await, 119);
}

#[tokio::test(start_paused = true)]
async fn p39_a_client_that_does_not_read_its_answer_is_closed_after_thirty_seconds() {
    let mut client = Client::connect();
    client.sends(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert_eq!(client.closed_after().await, 30);
    // Nor does it help to read now and then.
    let mut client = Client::connect();
    client.sends(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut seconds = interval(Duration::from_secs(1));
    let mut some = [0; 100];
    while client.pipe.read(&mut some).await.unwrap() > 0 {
        seconds.tick().await;
    }
    assert_eq!(client.closed_after().await, 30);
}

#[tokio::test(start_paused = true)]
async fn p39_the_gateways_own_time_is_not_the_clients() {
    let mut client = Client::connect();
    client.sends(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /quick HT").await;
    client.hears("slow").await;
    assert_eq!(client.opened.elapsed().as_secs(), 200);
    client.sends(b"TP/1.1\r\nHost: a\r\n\r\n").await;
    client.hears("quick").await;
}

#[tokio::test(start_paused = true)]
async fn p39_a_refused_client_that_goes_on_sending_is_closed_after_two_seconds() {
    let mut client = Client::connect();
    client.sends(b"GET /quick HTTP/1.1\r\n\r\n").await;
    client.drips().await;
    assert_eq!(client.closed_after().await, 2);
}
