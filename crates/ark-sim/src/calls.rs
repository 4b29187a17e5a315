//! The record of every call that arrived, which is the ground truth of tests.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::Notify;

use crate::route::Verb;

/// One call as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// When it arrived, in milliseconds of the simulator's clock.
    pub at_ms: i64,
    /// What it asked for.
    pub verb: Verb,
    /// The method of the request line.
    pub method: String,
    /// The path of the request line, without the query.
    pub path: String,
    /// The query as it came, without the question mark.
    pub query: String,
    /// The headers in their order, names as they came.
    pub headers: Vec<(String, String)>,
    /// The body; empty when a fault kept the simulator from reading it.
    pub body: Vec<u8>,
    /// The status that was decided; `None` while or because nothing was.
    pub status: Option<u16>,
}

impl Call {
    /// The first header called `name`, in any letter case.
    pub fn header(&self, name: &str) -> Option<&str> {
        crate::http::header(&self.headers, name)
    }

    /// The body as JSON; `null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The asset action that the query names.
    pub fn action(&self) -> Option<String> {
        form_urlencoded::parse(self.query.as_bytes())
            .find(|(name, _)| name == "Action")
            .map(|(_, action)| action.into_owned())
    }
}

/// The calls that are remembered, and counts that go on beyond them.
#[derive(Debug)]
pub(crate) struct Calls {
    bound: usize,
    book: Mutex<Book>,
    noted: Notify,
}

#[derive(Debug, Default)]
struct Book {
    /// Number of the first call that is still in `kept`.
    first: u64,
    kept: VecDeque<Call>,
    counts: BTreeMap<Verb, usize>,
}

impl Calls {
    pub(crate) fn new(bound: usize) -> Self {
        Self { bound, book: Mutex::default(), noted: Notify::new() }
    }

    /// Counts a call, remembers it if there is room in the bound, and tells its number.
    ///
    /// `call` is only made when it will be kept: a bench pays nothing for it.
    pub(crate) fn note(&self, verb: Verb, call: impl FnOnce() -> Call) -> u64 {
        let number = {
            let mut book = self.book();
            let count = book.counts.entry(verb).or_default();
            *count = count.saturating_add(1);
            let number = book.first.saturating_add(book.kept.len() as u64);
            if self.bound > 0 {
                book.kept.push_back(call());
            }
            if book.kept.len() > self.bound {
                book.kept.pop_front();
                book.first = book.first.saturating_add(1);
            }
            number
        };
        self.noted.notify_waiters();
        number
    }

    /// Adds the status that was decided after the call had been noted.
    pub(crate) fn decide(&self, number: u64, status: u16) {
        let mut book = self.book();
        let place = number.checked_sub(book.first).and_then(|place| usize::try_from(place).ok());
        if let Some(call) = place.and_then(|place| book.kept.get_mut(place)) {
            call.status = Some(status);
        }
    }

    pub(crate) fn all(&self) -> Vec<Call> {
        self.book().kept.iter().cloned().collect()
    }

    pub(crate) fn count(&self, verb: Verb) -> usize {
        self.book().counts.get(&verb).copied().unwrap_or(0)
    }

    pub(crate) fn clear(&self) {
        let mut book = self.book();
        book.first = book.first.saturating_add(book.kept.len() as u64);
        book.kept.clear();
        book.counts.clear();
    }

    /// Waits until `count` calls of `verb` have been noted since the last clearing.
    pub(crate) async fn wait_for(&self, verb: Verb, count: usize) {
        loop {
            let noted = self.noted.notified();
            tokio::pin!(noted);
            // Registered before the look, so that a call in between is not missed.
            noted.as_mut().enable();
            if self.count(verb) >= count {
                return;
            }
            noted.await;
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
