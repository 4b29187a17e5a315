//! The tasks that tenants wait for and no call was left for: the watcher takes them first.
//!
//! In memory only, because a tenant that waits asks again. It holds each live task at most once.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use seedance_model::TaskId;
use tenancy::TenantId;

/// The waiting tasks of one account.
#[derive(Debug, Default)]
pub(crate) struct Asked(Mutex<Turns<TenantId, TaskId>>);

/// Queues that are served in turn, each in the order in which its items came.
#[derive(Debug)]
struct Turns<K, T> {
    queues: BTreeMap<K, BTreeMap<u64, T>>,
    /// Where each item waits.
    places: HashMap<T, (K, u64)>,
    next_place: u64,
    last: Option<K>,
}

impl<K, T> Default for Turns<K, T> {
    fn default() -> Self {
        Self { queues: BTreeMap::new(), places: HashMap::new(), next_place: 0, last: None }
    }
}

impl Asked {
    /// Remembers that `tenant` waits for news of its task.
    pub(crate) fn note(&self, tenant: TenantId, task: &TaskId) {
        self.turns().add(tenant, task);
    }

    /// Takes up to `most` tasks, one of each tenant in turn, each tenant's longest waiting first.
    pub(crate) fn take(&self, most: usize) -> Vec<TaskId> {
        let mut turns = self.turns();
        std::iter::from_fn(|| turns.next()).take(most).collect()
    }

    /// Forgets tasks that were looked at without their turn.
    pub(crate) fn forget<'a>(&self, tasks: impl IntoIterator<Item = &'a TaskId>) {
        let mut turns = self.turns();
        for task in tasks {
            turns.remove(task);
        }
    }

    /// How many tasks wait.
    pub(crate) fn len(&self) -> usize {
        self.turns().places.len()
    }

    fn turns(&self) -> MutexGuard<'_, Turns<TenantId, TaskId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Copy + Ord, T: Clone + Eq + Hash> Turns<K, T> {
    fn add(&mut self, key: K, item: &T) {
        if self.places.contains_key(item) {
            return;
        }
        let place = self.next_place;
        self.next_place += 1;
        self.places.insert(item.clone(), (key, place));
        self.queues.entry(key).or_default().insert(place, item.clone());
    }

    fn next(&mut self) -> Option<T> {
        let key = self.next_key()?;
        self.last = Some(key);
        let item = self.queues.get(&key)?.values().next()?.clone();
        self.remove(&item);
        Some(item)
    }

    fn remove(&mut self, item: &T) {
        let Some((key, place)) = self.places.remove(item) else { return };
        if let Entry::Occupied(mut queue) = self.queues.entry(key) {
            queue.get_mut().remove(&place);
            if queue.get().is_empty() {
                queue.remove();
            }
        }
    }

    fn next_key(&self) -> Option<K> {
        let after = self.last.map_or(Bound::Unbounded, Bound::Excluded);
        let mut later = self.queues.range((after, Bound::Unbounded));
        let next = later.next().or_else(|| self.queues.iter().next());
        next.map(|(key, _)| *key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(turns: &mut Turns<u8, &'static str>) -> Vec<&'static str> {
        std::iter::from_fn(|| turns.next()).collect()
    }

    #[test]
    fn p17_tenants_take_turns_however_much_one_of_them_asks() {
        let mut turns = Turns::default();
        for item in ["a1", "a2", "a3", "a4"] {
            turns.add(1, &item);
        }
        turns.add(2, &"b1");
        turns.add(3, &"c1");
        assert_eq!(turns.next(), Some("a1"));
        assert_eq!(turns.next(), Some("b1"));
        turns.add(2, &"b2");
        assert_eq!(all(&mut turns), ["c1", "a2", "b2", "a3", "a4"]);
    }

    #[test]
    fn what_is_forgotten_has_no_turn_and_may_be_asked_for_again() {
        let mut turns = Turns::default();
        for item in ["a1", "a2", "a3"] {
            turns.add(1, &item);
        }
        for item in ["a1", "a3", "a4"] {
            turns.remove(&item);
        }
        turns.add(1, &"a1");
        assert_eq!(all(&mut turns), ["a2", "a1"]);
        assert!(turns.places.is_empty() && turns.queues.is_empty());
    }

    #[test]
    fn what_waits_already_keeps_its_place_and_is_there_once() {
        let mut turns = Turns::default();
        for item in ["a1", "a2", "a1", "a1"] {
            turns.add(1, &item);
        }
        assert_eq!(all(&mut turns), ["a1", "a2"]);
        turns.add(1, &"a1");
        assert_eq!(all(&mut turns), ["a1"], "once taken, it may be asked for again");
    }
}
