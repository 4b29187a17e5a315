//! One slow client.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, interval, timeout};

use crate::canary;
use crate::tenant_client::TASKS;

/// Longest wait for the end of a connection.
const PATIENCE: Duration = Duration::from_mins(2);
/// Lists that are asked for and not read.
const UNREAD: usize = 200;

/// How a client is slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slow {
    /// Sends nothing.
    Silent,
    /// Sends half a head.
    HalfHead,
    /// Sends a head byte by byte.
    DripHead,
    /// Sends a head and no body.
    NoBody,
    /// Sends a body byte by byte.
    DripBody,
    /// Sends a request, and then nothing.
    Idle,
    /// Does not read its answers.
    Unread,
}

/// Where slow clients meet the server.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    address: SocketAddr,
    token: String,
    idle: Duration,
}

impl Ground {
    pub(super) fn new(url: &str, token: &str, idle: Duration) -> anyhow::Result<Self> {
        let address = url.strip_prefix("http://").context("no http")?.parse()?;
        Ok(Self { address, token: token.to_owned(), idle })
    }

    fn head(&self, method: &str, more: &str) -> String {
        let token = &self.token;
        format!(
            "{method} {TASKS}?page_size=100 HTTP/1.1\r\nHost: a\r\n\
             Authorization: Bearer {token}\r\n{more}\r\n"
        )
    }
}

impl Slow {
    pub(super) const ALL: [Self; 7] = [
        Self::Silent,
        Self::HalfHead,
        Self::DripHead,
        Self::NoBody,
        Self::DripBody,
        Self::Idle,
        Self::Unread,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::HalfHead => "half a head",
            Self::DripHead => "a head in drops",
            Self::NoBody => "no body",
            Self::DripBody => "a body in drops",
            Self::Idle => "idle",
            Self::Unread => "unread answers",
        }
    }

    /// When the server has to have closed it.
    pub(super) fn deadline(self, ground: &Ground) -> Duration {
        Duration::from_secs(match self {
            Self::Silent | Self::HalfHead | Self::DripHead => 10,
            // Less than 1 KiB/s is told after 5 s already, once somebody wants the body.
            Self::NoBody | Self::DripBody => 30,
            Self::Idle => return ground.idle,
            // 30 s, once the buffers of both sides are full.
            Self::Unread => 35,
        })
    }

    /// Connects, is slow, and tells how long the server put up with it.
    pub(super) async fn closed_after(self, ground: &Ground) -> anyhow::Result<Duration> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(4096)?;
        let mut socket = socket.connect(ground.address).await?;
        let mut begun = Instant::now();
        match self {
            Self::Silent => {}
            Self::HalfHead => socket.write_all(b"GET / HTTP/1.1\r\nHost").await?,
            Self::DripHead => socket.write_all(b"GET /").await?,
            Self::NoBody | Self::DripBody => {
                let head = ground.head("POST", "Content-Length: 100000\r\n");
                socket.write_all(head.as_bytes()).await?;
            }
            Self::Idle => {
                socket.write_all(ground.head("PUT", "").as_bytes()).await?;
                socket.read_exact(&mut [0; 16]).await?;
                begun = Instant::now();
            }
            Self::Unread => return self.unread(ground, socket).await,
        }
        let drips = matches!(self, Self::DripHead | Self::DripBody);
        timeout(PATIENCE, until_closed(socket, drips)).await?;
        Ok(begun.elapsed())
    }

    /// Asks for more than the buffers hold. A reset is all that can be seen of the end.
    async fn unread(self, ground: &Ground, mut socket: TcpStream) -> anyhow::Result<Duration> {
        let requests = ground.head("GET", "").repeat(UNREAD);
        let begun = Instant::now();
        let mut ticks = interval(Duration::from_millis(100));
        let asking = async {
            socket.write_all(requests.as_bytes()).await.ok();
            while socket.write_all(b"GET").await.is_ok() {
                ticks.tick().await;
            }
        };
        timeout(PATIENCE, asking).await?;
        Ok(begun.elapsed())
    }
}

/// Reads until the end, and sends a byte a second if it drips.
async fn until_closed(mut socket: TcpStream, drips: bool) {
    let (mut reader, mut writer) = socket.split();
    let mut seconds = interval(Duration::from_secs(1));
    let mut rest = Vec::new();
    let reading = reader.read_to_end(&mut rest);
    let dripping = async {
        loop {
            seconds.tick().await;
            if drips {
                // What comes of it, the reader learns.
                writer.write_all(b"a").await.ok();
            }
        }
    };
    tokio::select! {
        _ = reading => {}
        () = dripping => {}
    }
    canary::answered("an answer to a slow client", &rest);
}
