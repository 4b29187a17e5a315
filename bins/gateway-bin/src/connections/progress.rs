//! What a connection is waiting for, and until when: told by the gate and by the service, asked by
//! the watch.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use tokio::time::Instant;

use super::awaited::Awaited;
use super::deadlines::Deadlines;
use super::screen::Screen;

/// Shared by the parts of one connection, which one task polls: the lock is never waited for.
#[derive(Clone, Debug)]
pub(super) struct Progress(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    deadlines: Deadlines,
    /// Since when nothing has been sent or answered.
    quiet_since: Instant,
    /// Whether there was a request.
    used: bool,
    /// Whether a request is being handled.
    busy: bool,
    /// Since when a head has been incomplete.
    head_since: Option<Instant>,
    body: Option<Body>,
    /// Since when bytes wait to be taken by the client.
    writing_since: Option<Instant>,
    closing_since: Option<Instant>,
    /// Whether a connection that rests is about to be closed.
    last_look: bool,
    /// Until when nothing more is read.
    rests_until: Option<Instant>,
    /// Who holds a request back until the answer to the one before it.
    next: Option<Waker>,
}

/// A body that is not complete.
#[derive(Clone, Copy, Debug, Default)]
struct Body {
    bytes: u64,
    /// Since when the handler wants bytes that are not there.
    wanted_since: Option<Instant>,
}

impl Progress {
    /// Of a connection that was accepted now.
    pub(super) fn new(deadlines: Deadlines) -> Self {
        Self(Arc::new(Mutex::new(State {
            deadlines,
            quiet_since: Instant::now(),
            used: false,
            busy: false,
            head_since: None,
            body: None,
            writing_since: None,
            closing_since: None,
            last_look: false,
            rests_until: None,
            next: None,
        })))
    }

    /// The screen has taken this many bytes.
    pub(super) fn heard(&self, screen: &Screen, bytes: usize) {
        let mut state = self.state();
        state.head_since =
            screen.is_in_head().then(|| state.head_since.unwrap_or_else(Instant::now));
        state.body = screen.is_in_body().then(|| {
            let body = state.body.unwrap_or_default();
            Body { bytes: body.bytes.saturating_add(bytes as u64), ..body }
        });
    }

    /// Bytes are wanted, and none are there.
    pub(super) fn waits_for_bytes(&self) {
        if let Some(body) = &mut self.state().body {
            body.wanted_since.get_or_insert_with(Instant::now);
        }
    }

    /// The client takes no more bytes for now.
    pub(super) fn waits_to_write(&self) {
        self.state().writing_since.get_or_insert_with(Instant::now);
    }

    /// The client, or the socket's buffer, took everything there was.
    pub(super) fn wrote(&self) {
        let mut state = self.state();
        state.writing_since = None;
        state.quiet_since = Instant::now();
    }

    /// A request is being handled.
    pub(super) fn handles(&self) {
        let mut state = self.state();
        state.used = true;
        state.busy = true;
    }

    /// Whether one is.
    pub(super) fn is_handling(&self) -> bool {
        self.state().busy
    }

    /// The next request has come; its holder is woken when this one has its answer.
    pub(super) fn holds_next(&self, holder: &Waker) {
        self.state().next = Some(holder.clone());
    }

    /// Its answer is ready. Tells whether the rest of the body is still to come.
    pub(super) fn answers(&self) -> bool {
        let mut state = self.state();
        state.busy = false;
        state.quiet_since = Instant::now();
        if let Some(holder) = state.next.take() {
            holder.wake();
        }
        state.body.is_some()
    }

    /// Nothing more is read until then.
    pub(super) fn rests(&self, until: Instant) {
        self.state().rests_until = Some(until);
    }

    pub(super) fn rests_until(&self) -> Option<Instant> {
        self.state().rests_until
    }

    pub(super) fn has_rested(&self) {
        self.state().rests_until = None;
    }

    /// The answer is out, and what still comes is thrown away.
    pub(super) fn closes(&self) {
        self.state().closing_since.get_or_insert_with(Instant::now);
    }

    /// What does not come now comes too late.
    pub(super) fn looks_a_last_time(&self) {
        self.state().last_look = true;
    }

    /// Whether it is about to be too late.
    pub(super) fn is_last_look(&self) -> bool {
        self.state().last_look
    }

    /// What the client has to do next, and by when. `None` while it is the gateway's turn.
    pub(super) fn deadline(&self) -> Option<(Instant, Awaited)> {
        let state = self.state();
        let deadlines = &state.deadlines;
        if let Some(since) = state.closing_since {
            return Some((since + deadlines.closing, Awaited::End));
        }
        if let Some(since) = state.writing_since {
            return Some((since + deadlines.write, Awaited::Reading));
        }
        if state.busy {
            let body = state.body?;
            return Some((deadlines.of_body(body.wanted_since?, body.bytes), Awaited::Body));
        }
        Some(match state.head_since {
            Some(since) => (since + deadlines.head, Awaited::Head),
            None if state.used => (state.quiet_since + deadlines.idle, Awaited::NextRequest),
            None => (state.quiet_since + deadlines.first_byte, Awaited::FirstByte),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
