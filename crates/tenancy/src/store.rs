//! The store: opened once, cloned into everything that needs it, closed at the end.

use crate::{Error, ServerLock};

/// The ownership store. A clone is another handle on the same store.
#[derive(Clone, Debug)]
pub struct Store {}

impl Store {
    /// Opens the store at `url`, and brings its schema up to date.
    ///
    /// `sqlite:PATH` names a file, which is created if need be. Errors: a URL of another form, a
    /// database newer than this build ([`Error::is_newer_schema`]), a database that does not
    /// keep what it was told (write-ahead log and full synchronisation are checked).
    pub async fn open(url: &str) -> Result<Self, Error> {
        todo!()
    }

    /// Makes this process the only server on the database, as long as the lock is held.
    ///
    /// A second one gets [`Error::is_locked`]. Everything else works without the lock, beside a
    /// server too.
    pub async fn lock_for_serving(&self) -> Result<ServerLock, Error> {
        todo!()
    }

    /// Finishes all work that was asked for before, writes the log back and closes the database.
    ///
    /// Every later call on any handle is an error ([`Error::is_closed`]); a second `close` is not.
    pub async fn close(&self) -> Result<(), Error> {
        todo!()
    }
}
