//! How much of what all tenants use one tenant may hold: of the seats of one kind, so that its slow
//! requests never take them all, and of the room for bodies, so that its slow bodies never fill it.
//!
//! The share grows with what is free: a tenant alone comes near to all of it, several come near to
//! equal parts, and whoever holds nothing finds something free. A look at one number for each
//! request, however many tenants there are.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How much a tenant may hold for each one that is free.
const HELD_PER_FREE: usize = 8;

/// What tenants hold of one thing; who holds nothing is not in it.
#[derive(Clone, Debug)]
pub(super) struct Shares<K> {
    held: Arc<Mutex<HashMap<K, usize>>>,
    /// What a tenant may hold however little is free.
    least: usize,
}

impl<K: Copy + Eq + Hash> Shares<K> {
    /// Nobody holds anything; so much is within every tenant's share.
    pub(super) fn of_at_least(least: usize) -> Self {
        Self { held: Arc::default(), least }
    }

    /// Nothing yet of this tenant's share.
    pub(super) fn of(&self, tenant: K) -> Share<K> {
        Share { shares: self.clone(), tenant, amount: 0 }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<K, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What counts as held by a tenant, until it is dropped.
#[derive(Debug)]
pub(super) struct Share<K: Copy + Eq + Hash> {
    shares: Shares<K>,
    tenant: K,
    amount: usize,
}

impl<K: Copy + Eq + Hash> Share<K> {
    /// Counts so much more, if the tenant may hold it where this much is left free afterwards;
    /// tells whether it does.
    pub(super) fn grow(&mut self, amount: usize, left_free: usize) -> bool {
        let most = left_free.saturating_mul(HELD_PER_FREE).max(self.shares.least);
        let mut all = self.shares.held();
        let held = all.entry(self.tenant).or_default();
        let is_within = held.saturating_add(amount) <= most;
        if is_within {
            *held += amount;
            self.amount += amount;
        }
        is_within
    }
}

impl<K: Copy + Eq + Hash> Drop for Share<K> {
    fn drop(&mut self) {
        if let Entry::Occupied(mut some) = self.shares.held().entry(self.tenant) {
            *some.get_mut() -= self.amount;
            if *some.get() == 0 {
                some.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As many pieces of this size as this tenant gets, one after the other, of what is free.
    fn filled(shares: &Shares<u8>, tenant: u8, size: usize, free: &mut usize) -> Vec<Share<u8>> {
        std::iter::from_fn(|| {
            let (mut share, left) = (shares.of(tenant), free.checked_sub(size)?);
            let piece = share.grow(size, left).then_some(share)?;
            *free = left;
            Some(piece)
        })
        .collect()
    }

    #[test]
    fn p17_a_tenant_alone_gets_nearly_all_seats_and_leaves_the_next_ones_their_part() {
        let (shares, mut free) = (Shares::of_at_least(1), 256);
        let lone = filled(&shares, 1, 1, &mut free);
        assert_eq!((lone.len(), free), (227, 29));
        let second = filled(&shares, 2, 1, &mut free);
        assert_eq!((second.len(), free), (25, 4));
        assert_eq!(filled(&shares, 3, 1, &mut free).len(), 3);
        assert!(filled(&shares, 1, 1, &mut free).is_empty());
    }

    #[test]
    fn p17_a_tenant_whose_bodies_fill_its_share_leaves_room_for_those_of_others() {
        let (kib, limit) = (1024, 1024 * 1024);
        let (shares, mut free) = (Shares::of_at_least(limit), 256 * limit);
        let lone = filled(&shares, 1, 8 * kib, &mut free);
        assert_eq!((lone.len() * 8 * kib / limit, free / limit), (227, 28));
        let second = filled(&shares, 2, 8 * kib, &mut free);
        assert_eq!((second.len() * 8 * kib / limit, free / limit), (25, 3));
        drop(lone);
        assert!(!filled(&shares, 2, limit, &mut (free + 227 * limit)).is_empty());
    }

    #[test]
    fn p17_the_least_is_within_the_share_of_a_tenant_even_if_it_is_the_last() {
        let shares = Shares::of_at_least(100);
        let mut first = shares.of(1);
        assert!(first.grow(60, 0) && first.grow(40, 0));
        assert!(!first.grow(1, 0));
        assert!(!shares.of(1).grow(1, 12), "twelve free ones are not worth 101");
        assert!(shares.of(1).grow(1, 13));
        assert!(shares.of(2).grow(100, 0));
        assert!(!shares.of(2).grow(101, 0));
        drop(first);
        assert!(shares.of(1).grow(100, 0));
    }

    #[test]
    fn who_holds_nothing_takes_no_memory() {
        let (shares, mut free) = (Shares::of_at_least(1), 100);
        let held = filled(&shares, 1, 1, &mut free);
        assert_eq!(shares.held().get(&1), Some(&held.len()));
        assert!(!shares.of(2).grow(2, 0));
        drop(held);
        assert!(shares.held().is_empty());
    }
}
