//! Whether the store is known to be out of order, so that tenants may be asked to come back later.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts every change: odd while something is out of order.
#[derive(Debug, Default)]
pub(crate) struct Weather(AtomicU64);

/// What it was at some moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sky(u64);

impl Weather {
    pub(crate) fn breaks(&self) {
        self.0.fetch_or(1, Ordering::SeqCst);
    }

    pub(crate) fn clears(&self) {
        let clear = |changes: u64| (changes % 2 == 1).then_some(changes + 1);
        self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, clear).ok();
    }

    pub(crate) fn now(&self) -> Sky {
        Sky(self.0.load(Ordering::SeqCst))
    }

    /// Whether something was out of order at any time since `begun`.
    pub(crate) fn excuses(&self, begun: Sky) -> bool {
        begun.0 % 2 == 1 || self.now().0 != begun.0
    }
}
