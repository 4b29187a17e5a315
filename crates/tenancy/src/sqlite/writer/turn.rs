//! Who waits for the writer: how many at the most, and who has given up.
//!
//! Work and its caller share a [`Turn`], and whoever takes it decides: the thread does the work, or
//! the caller, who has waited too long, takes it back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The work that waits, counted.
#[derive(Debug)]
pub(super) struct Queue {
    waiting: Arc<AtomicUsize>,
    most: usize,
}

/// A piece of work's place in the queue, held by its caller and by the message.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    taken: Arc<AtomicBool>,
    waiting: Arc<AtomicUsize>,
}

impl Queue {
    pub(super) fn of(most: usize) -> Self {
        Self { waiting: Arc::default(), most }
    }

    /// A place at the end; `None` if too many wait.
    pub(super) fn join(&self) -> Option<Turn> {
        let longer = |waiting: usize| (waiting < self.most).then_some(waiting + 1);
        self.waiting.fetch_update(Ordering::SeqCst, Ordering::SeqCst, longer).ok()?;
        Some(Turn { taken: Arc::default(), waiting: Arc::clone(&self.waiting) })
    }
}

impl Turn {
    /// Ends the waiting; `true` for the one who is first to do so.
    pub(super) fn take(&self) -> bool {
        let first = !self.taken.swap(true, Ordering::SeqCst);
        if first {
            self.waiting.fetch_sub(1, Ordering::SeqCst);
        }
        first
    }
}
