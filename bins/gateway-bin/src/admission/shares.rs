//! How many seats of one kind one tenant may hold, so that its slow requests never take them all.
//!
//! The share grows with what is free: a tenant alone comes near to all seats, several come near to
//! equal parts, and whoever has no request under way finds a free seat. A look at one number for
//! each request, however many tenants there are.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many seats a tenant may hold for each one that is free.
const HELD_PER_FREE: usize = 8;

/// What tenants hold of the seats of one kind; who holds nothing is not in it.
#[derive(Clone, Debug)]
pub(super) struct Shares<K>(Arc<Mutex<HashMap<K, usize>>>);

impl<K> Default for Shares<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Copy + Eq + Hash> Shares<K> {
    /// Counts one seat more for the tenant, if that many are left free. The first one of a tenant
    /// is always within its share.
    pub(super) fn take(&self, tenant: K, free: usize) -> Option<Share<K>> {
        match self.held().entry(tenant) {
            Entry::Vacant(none) => {
                none.insert(1);
            }
            Entry::Occupied(some) if *some.get() >= free.saturating_mul(HELD_PER_FREE) => {
                return None;
            }
            Entry::Occupied(mut some) => *some.get_mut() += 1,
        }
        Some(Share { shares: Self(Arc::clone(&self.0)), tenant })
    }

    fn held(&self) -> MutexGuard<'_, HashMap<K, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One seat of a tenant, until it is dropped.
#[derive(Debug)]
pub(super) struct Share<K: Copy + Eq + Hash> {
    shares: Shares<K>,
    tenant: K,
}

impl<K: Copy + Eq + Hash> Drop for Share<K> {
    fn drop(&mut self) {
        if let Entry::Occupied(mut some) = self.shares.held().entry(self.tenant) {
            *some.get_mut() -= 1;
            if *some.get() == 0 {
                some.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As many seats as this tenant gets, one after the other, of those that are free.
    fn filled(shares: &Shares<u8>, tenant: u8, free: &mut usize) -> Vec<Share<u8>> {
        std::iter::from_fn(|| {
            // The seat is taken before it is counted.
            let share = shares.take(tenant, free.checked_sub(1)?)?;
            *free -= 1;
            Some(share)
        })
        .collect()
    }

    #[test]
    fn p17_a_tenant_alone_gets_nearly_all_seats_and_leaves_the_next_ones_their_part() {
        let (shares, mut free) = (Shares::default(), 256);
        let lone = filled(&shares, 1, &mut free);
        assert_eq!((lone.len(), free), (227, 29));
        let second = filled(&shares, 2, &mut free);
        assert_eq!((second.len(), free), (25, 4));
        assert_eq!(filled(&shares, 3, &mut free).len(), 3);
        assert!(filled(&shares, 1, &mut free).is_empty());
    }

    #[test]
    fn p17_the_first_seat_of_a_tenant_is_within_its_share_even_if_it_is_the_last() {
        let shares = Shares::default();
        let first = shares.take(1, 0);
        assert!(first.is_some());
        assert!(shares.take(1, 0).is_none());
        assert!(shares.take(2, 0).is_some());
        drop(first);
        assert!(shares.take(1, 0).is_some());
    }

    #[test]
    fn who_holds_nothing_takes_no_memory() {
        let (shares, mut free) = (Shares::default(), 100);
        let held = filled(&shares, 1, &mut free);
        assert_eq!(shares.held().get(&1), Some(&held.len()));
        drop(held);
        assert!(shares.held().is_empty());
    }
}
