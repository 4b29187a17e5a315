//! Many callers, one piece of work: whoever asks while it runs gets its result.
//!
//! The work runs in a task of its own, so a caller that goes away never stops it.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::task::TaskTracker;

type Landing<V> = watch::Receiver<Option<V>>;

/// The pieces of work under way, by key.
#[derive(Debug)]
pub(crate) struct SingleFlight<K, V> {
    flights: Arc<Mutex<HashMap<K, Landing<V>>>>,
}

impl<K, V> Default for SingleFlight<K, V> {
    fn default() -> Self {
        Self { flights: Arc::default() }
    }
}

impl<K, V> SingleFlight<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// The result of the work under way for `key`; starts `work` on `tracker` if there is none.
    /// `None` if the work died without a result.
    pub(crate) async fn run<W>(&self, tracker: &TaskTracker, key: K, work: W) -> Option<V>
    where
        W: Future<Output = V> + Send + 'static,
    {
        self.run_if(tracker, key, || Some(work)).await
    }

    /// As [`Self::run`], but starts nothing if `start` gives no work: then `None`. It is not asked
    /// if there is something to join.
    pub(crate) async fn run_if<W>(
        &self,
        tracker: &TaskTracker,
        key: K,
        start: impl FnOnce() -> Option<W>,
    ) -> Option<V>
    where
        W: Future<Output = V> + Send + 'static,
    {
        let mut landing = self.join_or_start(tracker, key, start)?;
        let landed = landing.wait_for(Option::is_some).await;
        landed.ok().and_then(|value| value.clone())
    }

    fn join_or_start<W>(
        &self,
        tracker: &TaskTracker,
        key: K,
        start: impl FnOnce() -> Option<W>,
    ) -> Option<Landing<V>>
    where
        W: Future<Output = V> + Send + 'static,
    {
        let mut flights = lock(&self.flights);
        if let Some(landing) = flights.get(&key) {
            return Some(landing.clone());
        }
        let work = start()?;
        let (announce, landing) = watch::channel(None);
        flights.insert(key.clone(), landing.clone());
        let leave = Leave { flights: Arc::clone(&self.flights), key };
        tracker.spawn(async move {
            let result = work.await;
            drop(leave);
            announce.send_replace(Some(result));
        });
        Some(landing)
    }
}

/// Takes the flight off the board, also when the work panics.
struct Leave<K: Eq + Hash, V> {
    flights: Arc<Mutex<HashMap<K, Landing<V>>>>,
    key: K,
}

impl<K: Eq + Hash, V> Drop for Leave<K, V> {
    fn drop(&mut self) {
        lock(&self.flights).remove(&self.key);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
