//! HTTP/1.1 as cheap as it gets: prepared requests out, status and body in, on one connection that
//! is kept alive. Only answers with a `Content-Length` are understood.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Room for one answer; it grows with longer ones.
const ROOM: usize = 4096;
/// What ends a head.
const BLANK_LINE: &[u8] = b"\r\n\r\n";

/// A connection that carries one call at a time.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    received: Vec<u8>,
}

/// A whole answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

impl Wire {
    pub(crate) async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(ROOM) })
    }

    /// Sends a request and reads its answer. After an error the connection is of no use.
    pub(crate) async fn call(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        self.received.clear();
        self.stream.write_all(request).await?;
        let head = loop {
            self.more().await?;
            if let Some(place) = place_of(&self.received, BLANK_LINE) {
                break place + BLANK_LINE.len();
            }
        };
        let (status, length) = read_head(self.received.get(..head).unwrap_or_default())
            .ok_or_else(|| io::Error::other("an answer that is not understood"))?;
        while self.received.len() < head + length {
            self.more().await?;
        }
        let body = self.received.get(head..head + length).unwrap_or_default();
        Ok(Answer { status, body })
    }

    async fn more(&mut self) -> io::Result<()> {
        self.received.reserve(ROOM / 2);
        match self.stream.read_buf(&mut self.received).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// Where `wanted` begins in `bytes`.
pub(crate) fn place_of(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// The status and the length of the body.
fn read_head(head: &[u8]) -> Option<(u16, usize)> {
    let mut lines = str::from_utf8(head).ok()?.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim())
    });
    Some((status, length?.parse().ok()?))
}
