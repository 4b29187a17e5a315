//! The tasks that tenants wait for and no call was left for: the watcher takes them first.
//!
//! In memory only, because a tenant that waits asks again. It holds each live task at most once.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::hash::Hash;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use seedance_model::TaskId;
use tenancy::TenantId;

/// The waiting tasks of one account.
#[derive(Debug, Default)]
pub(crate) struct Asked(Mutex<Turns<TenantId, TaskId>>);

/// Queues that are served in turn.
#[derive(Debug)]
struct Turns<K, T> {
    queues: BTreeMap<K, VecDeque<T>>,
    waiting: HashSet<T>,
    last: Option<K>,
}

impl<K, T> Default for Turns<K, T> {
    fn default() -> Self {
        Self { queues: BTreeMap::new(), waiting: HashSet::new(), last: None }
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

    /// How many tasks wait.
    pub(crate) fn len(&self) -> usize {
        self.turns().waiting.len()
    }

    fn turns(&self) -> MutexGuard<'_, Turns<TenantId, TaskId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Copy + Ord, T: Clone + Eq + Hash> Turns<K, T> {
    fn add(&mut self, key: K, item: &T) {
        if self.waiting.insert(item.clone()) {
            self.queues.entry(key).or_default().push_back(item.clone());
        }
    }

    fn next(&mut self) -> Option<T> {
        let key = self.next_key()?;
        self.last = Some(key);
        let queue = self.queues.get_mut(&key)?;
        let item = queue.pop_front()?;
        if queue.is_empty() {
            self.queues.remove(&key);
        }
        self.waiting.remove(&item);
        Some(item)
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
