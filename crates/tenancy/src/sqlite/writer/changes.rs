//! Which rows a transaction changes, as SQLite tells it, so that no statement can forget to.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use rusqlite::hooks::Action;

use crate::error::Cause;
use crate::sqlite::remembered::Remembered;

/// The table whose rows are remembered; its row ids are the tasks' numbers.
const TABLE: &str = "tasks";

/// The changed rows of the open transaction.
#[derive(Debug)]
pub(super) struct Changes {
    seqs: Arc<Mutex<Vec<i64>>>,
    remembered: Arc<Remembered>,
}

/// A commit that is under way.
pub(super) struct Changing<'a>(&'a Remembered);

impl Changes {
    pub(super) fn told_to(remembered: Arc<Remembered>) -> Self {
        Self { seqs: Arc::default(), remembered }
    }

    /// Hears of every change on this connection. A new row is no change: nobody has seen it.
    pub(super) fn watch(&self, connection: &mut Connection) -> Result<(), Cause> {
        let seqs = Arc::clone(&self.seqs);
        let hook = move |action, _: &str, table: &str, row: i64| {
            if action != Action::SQLITE_INSERT && table == TABLE {
                lock(&seqs).push(row);
            }
        };
        Ok(connection.update_hook(Some(hook))?)
    }

    /// Before COMMIT: what has changed is forgotten, and nothing is learned until it is dropped.
    pub(super) fn begin(&self) -> Option<Changing<'_>> {
        let seqs = std::mem::take(&mut *lock(&self.seqs));
        (!seqs.is_empty()).then(|| {
            self.remembered.changing(&seqs);
            Changing(&self.remembered)
        })
    }
}

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        self.0.changed();
    }
}

fn lock(seqs: &Mutex<Vec<i64>>) -> MutexGuard<'_, Vec<i64>> {
    seqs.lock().unwrap_or_else(PoisonError::into_inner)
}
