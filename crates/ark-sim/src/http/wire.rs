//! One connection: bytes in, a script out.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::clock::pause;
use crate::http::head::{BodyLength, Head};
use crate::http::script::Step;

/// Larger heads are refused.
const MAX_HEAD: usize = 64 * 1024;
/// The upstream's own limit of a body.
const MAX_BODY: usize = 64 * 1024 * 1024;
/// How much is read or filled at once.
const BLOCK: usize = 16 * 1024;

/// A connection with what was read from it and not yet used.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    unused: Vec<u8>,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self { stream, unused: Vec::new() }
    }

    /// The next head; `None` when the client left between two requests.
    pub(crate) async fn head(&mut self) -> io::Result<Option<Head>> {
        loop {
            if let Some((head, length)) = Head::parse(&self.unused)? {
                self.take(length);
                return Ok(Some(head));
            }
            if self.unused.len() > MAX_HEAD {
                return Err(io::Error::other("head too large"));
            }
            if self.more().await? == 0 {
                return Ok(None);
            }
        }
    }

    /// The whole body that `head` announces.
    pub(crate) async fn body(&mut self, head: &Head) -> io::Result<Vec<u8>> {
        if head
            .header("expect")
            .is_some_and(|expected| expected.eq_ignore_ascii_case("100-continue"))
        {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        match head.body_length {
            BodyLength::Exactly(length) => self.exactly(length).await,
            BodyLength::Chunked => self.chunks().await,
        }
    }

    /// Half of an announced body; of a chunked one what has already come.
    pub(crate) async fn half_body(&mut self, head: &Head) -> io::Result<Vec<u8>> {
        match head.body_length {
            BodyLength::Exactly(length) => self.exactly(length / 2).await,
            BodyLength::Chunked => Ok(self.take(self.unused.len())),
        }
    }

    /// Carries out one step of a script.
    pub(crate) async fn perform(&mut self, step: Step) -> io::Result<()> {
        match step {
            Step::Send(bytes) => self.stream.write_all(&bytes).await,
            Step::Pause(duration) => {
                pause(duration).await;
                Ok(())
            }
            Step::Fill(length) => self.fill(length).await,
            Step::Trickle(bytes, per_second) => self.trickle(&bytes, per_second).await,
        }
    }

    /// Reads and forgets until the client leaves.
    pub(crate) async fn hold(&mut self) -> io::Result<()> {
        loop {
            self.unused.clear();
            if self.more().await? == 0 {
                return Ok(());
            }
        }
    }

    /// Waits for the first bytes of another request, without taking them from the socket.
    pub(crate) async fn next_request(&self) -> io::Result<()> {
        let mut first = [0];
        self.stream.peek(&mut first).await.map(drop)
    }

    /// Closes with RST in place of FIN.
    pub(crate) fn reset(self) -> io::Result<()> {
        self.stream.set_zero_linger()
    }

    async fn exactly(&mut self, length: usize) -> io::Result<Vec<u8>> {
        if length > MAX_BODY {
            return Err(io::Error::other("body too large"));
        }
        while self.unused.len() < length {
            if self.more().await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(self.take(length))
    }

    async fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let (start, size) = self.chunk_size().await?;
            self.take(start);
            // Each chunk, the empty last one too, is followed by a line end.
            let mut chunk = self.exactly(size.saturating_add(2)).await?;
            chunk.truncate(size);
            if chunk.is_empty() {
                return Ok(body);
            }
            body.append(&mut chunk);
            if body.len() > MAX_BODY {
                return Err(io::Error::other("body too large"));
            }
        }
    }

    /// Where the next chunk starts and how long it is.
    async fn chunk_size(&mut self) -> io::Result<(usize, usize)> {
        loop {
            match httparse::parse_chunk_size(&self.unused) {
                Ok(httparse::Status::Complete((start, size))) => {
                    return Ok((start, usize::try_from(size).map_err(io::Error::other)?));
                }
                Ok(httparse::Status::Partial) => {
                    if self.more().await? == 0 {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(_) => return Err(io::Error::other("not a chunk size")),
            }
        }
    }

    async fn fill(&mut self, length: u64) -> io::Result<()> {
        let block = vec![b' '; BLOCK];
        let mut left = length;
        while left > 0 {
            let size = usize::try_from(left).unwrap_or(BLOCK).min(BLOCK);
            let piece = block.get(..size).unwrap_or(&block);
            self.stream.write_all(piece).await?;
            left = left.saturating_sub(size as u64);
        }
        Ok(())
    }

    /// At most ten pieces per second, so that fast rates need few timers.
    async fn trickle(&mut self, bytes: &[u8], per_second: u32) -> io::Result<()> {
        let rate = per_second.max(1);
        let piece = (rate / 10).max(1);
        for bytes in bytes.chunks(piece as usize) {
            self.stream.write_all(bytes).await?;
            pause(Duration::from_secs(1) * piece / rate).await;
        }
        Ok(())
    }

    async fn more(&mut self) -> io::Result<usize> {
        self.unused.reserve(BLOCK);
        self.stream.read_buf(&mut self.unused).await
    }

    /// Takes the first `length` bytes out of what was read.
    fn take(&mut self, length: usize) -> Vec<u8> {
        let rest = self.unused.split_off(length.min(self.unused.len()));
        std::mem::replace(&mut self.unused, rest)
    }
}
