//! The socket as hyper has it: what comes in goes through the screen, and both ways are reported
//! to the progress.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::progress::Progress;
use super::rest::Rest;
use super::screen::Screen;
use super::socket::Socket;

/// Most bytes that are read at once.
const READ_BYTES: usize = 8 * 1024;

/// A screened socket. One request at a time passes, so that whatever the progress hears of a body
/// is about the request that is being handled.
#[derive(Debug)]
pub(super) struct Gate<S> {
    socket: S,
    screen: Screen,
    progress: Progress,
    rest: Rest,
    /// What was read from the socket, and not screened: no more than one read.
    came: Pending,
    /// What passed the screen, and hyper has not read: no more than a head and one read.
    passed: Pending,
}

/// Bytes, and how many of them are done with.
#[derive(Debug, Default)]
struct Pending {
    bytes: Vec<u8>,
    done: usize,
}

impl Pending {
    fn rest(&self) -> &[u8] {
        self.bytes.get(self.done..).unwrap_or_default()
    }

    fn advance(&mut self, bytes: usize) {
        self.done += bytes;
        if self.rest().is_empty() {
            *self = Self::default();
        }
    }
}

impl<S> Gate<S> {
    pub(super) fn new(socket: S, progress: Progress) -> Self {
        let (came, passed) = (Pending::default(), Pending::default());
        Self { socket, screen: Screen::new(), progress, rest: Rest::default(), came, passed }
    }

    /// Hands on what has passed; tells whether there was anything.
    fn hand_on(&mut self, into: &mut ReadBuf<'_>) -> bool {
        let rest = self.passed.rest();
        let here = rest.len().min(into.remaining());
        into.put_slice(rest.get(..here).unwrap_or_default());
        self.passed.advance(here);
        here > 0
    }

    /// Screens what came; tells whether anything was to be screened now.
    fn screen(&mut self) -> bool {
        let waits = self.screen.is_between() && self.progress.is_handling();
        if self.came.rest().is_empty() || waits {
            return false;
        }
        let taken = self.screen.take(self.came.rest(), &mut self.passed.bytes);
        self.came.advance(taken);
        self.progress.heard(&self.screen, taken);
        true
    }
}

impl<S: Socket> Gate<S> {
    /// Reads from the socket; tells whether it goes on.
    fn poll_socket(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let mut bytes = [MaybeUninit::uninit(); READ_BYTES];
        let mut bytes = ReadBuf::uninit(&mut bytes);
        if Pin::new(&mut self.socket).poll_read(cx, &mut bytes)?.is_pending() {
            if !self.progress.is_last_look() {
                return Poll::Pending;
            }
            // The runtime hears of bytes late when it has much to do, and later would be too late.
            let Ok(count) = self.socket.read_now(bytes.initialize_unfilled()) else {
                return Poll::Pending;
            };
            bytes.advance(count);
        }
        self.came.bytes.extend_from_slice(bytes.filled());
        Poll::Ready(Ok(!bytes.filled().is_empty()))
    }
}

impl<S: Socket> AsyncRead for Gate<S> {
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
            if this.screen.is_between() && this.rest.poll(&this.progress, cx).is_pending() {
                return Poll::Pending;
            }
            if this.screen() {
                continue;
            }
            if !this.came.rest().is_empty() {
                this.progress.holds_next(cx.waker());
                return Poll::Pending;
            }
            match this.poll_socket(cx) {
                Poll::Ready(Ok(true)) => {}
                Poll::Ready(Ok(false)) => return Poll::Ready(Ok(())),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    this.progress.waits_for_bytes();
                    return Poll::Pending;
                }
            }
        }
    }
}

impl<S: Socket> AsyncWrite for Gate<S> {
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
        let is_clean = this.screen.is_between() && this.came.rest().is_empty();
        if is_clean {
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
