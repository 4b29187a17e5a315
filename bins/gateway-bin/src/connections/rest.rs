//! The rest of a connection whose request found no room.
//!
//! Reading a request, refusing it and writing that down costs a good part of what a small request
//! costs that is answered. Under a flood of them the gateway would do little else. So what comes
//! next on such a connection is left in its socket for a moment: its client was told to come back
//! in a second, and nobody else's requests are read any later.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Sleep, sleep_until};

use super::progress::Progress;

/// On an answer: its connection is to rest after it, for so long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ComeBackLater(pub(crate) Duration);

/// Wakes a connection at the end of its rest.
#[derive(Debug, Default)]
pub(super) struct Rest(Option<Pin<Box<Sleep>>>);

impl Rest {
    /// Ready when the connection need not rest, or no longer. One that is about to be closed does
    /// not rest: what has come has to be read.
    pub(super) fn poll(&mut self, progress: &Progress, cx: &mut Context<'_>) -> Poll<()> {
        let Some(until) = progress.rests_until() else { return Poll::Ready(()) };
        if !progress.is_last_look() {
            let timer = self.0.get_or_insert_with(|| Box::pin(sleep_until(until)));
            if timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
        self.0 = None;
        progress.has_rested();
        Poll::Ready(())
    }
}
