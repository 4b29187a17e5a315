//! What servers would share, for the one server that a file has: in memory.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::UnixMillis;
use crate::replicas::FURTHEST;

/// Leases and lanes of one process.
#[derive(Debug, Default)]
pub(crate) struct Alone {
    shared: Mutex<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    leases: HashMap<String, Lease>,
    /// When the next call of a lane may go out.
    lanes: HashMap<String, UnixMillis>,
}

#[derive(Debug)]
struct Lease {
    holder: String,
    until: UnixMillis,
}

impl Alone {
    pub(crate) fn lease(
        &self,
        name: &str,
        holder: &str,
        now: UnixMillis,
        until: UnixMillis,
    ) -> bool {
        let leases = &mut self.lock().leases;
        let is_anothers = |lease: &Lease| {
            lease.holder != holder && lease.until > now && lease.until <= until.plus(FURTHEST)
        };
        if leases.get(name).is_some_and(is_anothers) {
            return false;
        }
        leases.insert(name.to_owned(), Lease { holder: holder.to_owned(), until });
        true
    }

    pub(crate) fn release(&self, name: &str, holder: &str) -> bool {
        let leases = &mut self.lock().leases;
        let is_theirs = leases.get(name).is_some_and(|lease| lease.holder == holder);
        is_theirs && leases.remove(name).is_some()
    }

    pub(crate) fn reserve(
        &self,
        lane: &str,
        spacing: Duration,
        now: UnixMillis,
        latest: UnixMillis,
    ) -> Option<UnixMillis> {
        let lanes = &mut self.lock().lanes;
        let next = lanes.get(lane).copied().filter(|next| *next <= latest.plus(spacing + FURTHEST));
        let slot = next.map_or(now, |next| next.max(now));
        if slot > latest {
            return None;
        }
        lanes.insert(lane.to_owned(), slot.plus(spacing));
        Some(slot)
    }

    /// Held for a look at a map; nothing in it can panic.
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
