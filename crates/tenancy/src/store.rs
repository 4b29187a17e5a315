//! The store: opened once, cloned into everything that needs it, closed at the end.
//!
//! The methods are in the files of what they are about. Each hands its work to the backend; the
//! statements are the backend's own.

use std::path::PathBuf;
use std::sync::Arc;

use crate::error::Cause;
use crate::sqlite::Sqlite;
use crate::{Error, ServerLock, sqlite};

/// The ownership store. A clone is another handle on the same store.
///
/// Work that was asked for is done even if nobody waits for its answer any more.
#[derive(Clone, Debug)]
pub struct Store {
    backend: Arc<Backend>,
}

/// Where the rows are. A second variant makes the compiler list every method that must know it.
#[derive(Debug)]
pub(crate) enum Backend {
    /// A file on this machine.
    Sqlite(Sqlite),
}

impl Store {
    /// Opens the store at `url`, and brings its schema up to date.
    ///
    /// `sqlite:PATH` names a file, which is created if need be. Errors: a URL of another form, a
    /// database newer than this build ([`Error::is_newer_schema`]), an older one whose server is
    /// running ([`Error::is_locked`]), a database that does not keep what it was told (write-ahead
    /// log and full synchronisation are checked).
    pub async fn open(url: &str) -> Result<Self, Error> {
        const DOING: &str = "open the store";
        let path = sqlite_path(url).map_err(|cause| Error::new(DOING, cause))?;
        let sqlite = Sqlite::open(path).await;
        let sqlite = sqlite.map_err(|cause| Error::new(DOING, cause))?;
        Ok(Self { backend: Arc::new(Backend::Sqlite(sqlite)) })
    }

    /// Makes this process the only server on the database, as long as the lock is held.
    ///
    /// A second one gets [`Error::is_locked`]. Everything else works without the lock, beside a
    /// server too.
    pub async fn lock_for_serving(&self) -> Result<ServerLock, Error> {
        let Backend::Sqlite(db) = self.backend();
        let path = db.path().to_owned();
        let lock = move |_: &_| ServerLock::take(&path);
        db.read("lock the store for serving", lock).await
    }

    /// Would the store keep what it is told now? Tries the disk and the writer, and leaves no row.
    ///
    /// Errors: the disk is full ([`Error::is_full`]) or fails, or the writer is behind
    /// ([`Error::is_busy`]).
    pub async fn check_writable(&self) -> Result<(), Error> {
        let Backend::Sqlite(db) = self.backend();
        let path = db.path().to_owned();
        db.write("keep records", move |_| sqlite::room::try_disk(&path)).await
    }

    /// Finishes all work that was asked for before, writes the log back and closes the database.
    ///
    /// Every later call on any handle is an error ([`Error::is_closed`]); a second `close` is not.
    pub async fn close(&self) -> Result<(), Error> {
        let Backend::Sqlite(db) = self.backend();
        let closed = db.close().await;
        closed.map_err(|cause| Error::new("close the store", cause))
    }

    pub(crate) fn backend(&self) -> &Backend {
        &self.backend
    }
}

/// The path in a URL of the form `sqlite:PATH`.
///
/// A URL is never repeated in an error: one for another database may hold a password.
fn sqlite_path(url: &str) -> Result<PathBuf, Cause> {
    let Some(path) = url.strip_prefix("sqlite:") else {
        let postgres = url.starts_with("postgres:") || url.starts_with("postgresql:");
        return Err(if postgres { Cause::NoPostgres } else { Cause::UnknownUrl });
    };
    // `sqlite://a.db` would name a file in the root folder, which nobody means.
    match path {
        "" | ":memory:" => Err(Cause::NoFile),
        _ if path.starts_with("//") => Err(Cause::UnknownUrl),
        _ => Ok(PathBuf::from(path)),
    }
}
