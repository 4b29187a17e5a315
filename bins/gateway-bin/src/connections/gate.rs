//! The socket as hyper has it: what comes in goes through the screen, and both ways are reported
//! to the progress.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::progress::Progress;
use super::screen::Screen;

/// Most bytes that are read at once.
const READ_BYTES: usize = 8 * 1024;

/// A screened socket.
#[derive(Debug)]
pub(super) struct Gate<S> {
    socket: S,
    screen: Screen,
    progress: Progress,
    /// What the screen let pass and hyper has not read; no more than a head and one read.
    passed: Vec<u8>,
    /// How much of it hyper has read.
    read: usize,
}

impl<S> Gate<S> {
    pub(super) fn new(socket: S, progress: Progress) -> Self {
        Self { socket, screen: Screen::new(), progress, passed: Vec::new(), read: 0 }
    }

    /// Hands on what has passed; tells whether there was anything.
    fn hand_on(&mut self, into: &mut ReadBuf<'_>) -> bool {
        let rest = self.passed.get(self.read..).unwrap_or_default();
        let here = rest.len().min(into.remaining());
        into.put_slice(rest.get(..here).unwrap_or_default());
        self.read += here;
        if self.read == self.passed.len() {
            self.passed.clear();
            self.read = 0;
        }
        here > 0
    }
}

impl<S: AsyncRead + Unpin> Gate<S> {
    /// Reads from the socket; 0 at its end.
    fn poll_socket(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut bytes = [0; READ_BYTES];
        let mut bytes = ReadBuf::new(&mut bytes);
        ready!(Pin::new(&mut self.socket).poll_read(cx, &mut bytes))?;
        let bytes = bytes.filled();
        self.screen.take(bytes, &mut self.passed);
        self.progress.heard(&self.screen, bytes.len());
        Poll::Ready(Ok(bytes.len()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gate<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.hand_on(into) || into.remaining() == 0 {
                return Poll::Ready(Ok(()));
            }
            if this.screen.is_broken() {
                let text = "the chunks of the body are malformed";
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, text)));
            }
            if this.screen.has_refused() {
                // The answer to the stand-in ends the connection. An end of input here would have
                // hyper believe that the client went away before it.
                return Poll::Pending;
            }
            match this.poll_socket(cx) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Ok(())),
                Poll::Ready(Ok(_)) => {}
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    this.progress.waits_for_bytes();
                    return Poll::Pending;
                }
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Gate<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.socket).poll_write(cx, bytes);
        this.report(&written, bytes.len());
        written
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.socket).poll_write_vectored(cx, parts);
        this.report(&written, parts.iter().map(|part| part.len()).sum());
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_flush(cx)
    }

    /// Ends the writing. Where the client may still be sending what nobody wants, that is read and
    /// thrown away for a while: a socket that is closed over unread bytes takes the answer with it.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(Pin::new(&mut this.socket).poll_shutdown(cx))?;
        if !this.screen.has_refused() && !this.screen.is_in_body() {
            return Poll::Ready(Ok(()));
        }
        this.progress.closes();
        loop {
            let mut waste = [0; READ_BYTES];
            let mut waste = ReadBuf::new(&mut waste);
            ready!(Pin::new(&mut this.socket).poll_read(cx, &mut waste))?;
            if waste.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S> Gate<S> {
    fn report(&self, written: &Poll<io::Result<usize>>, offered: usize) {
        match written {
            Poll::Pending => self.progress.waits_to_write(),
            Poll::Ready(Ok(taken)) if *taken == offered => self.progress.wrote(),
            Poll::Ready(_) => {}
        }
    }
}
