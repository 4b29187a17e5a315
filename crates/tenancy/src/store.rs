//! The store: opened once, cloned into everything that needs it, closed at the end.
//!
//! The methods are in the files of what they are about. Each hands its work to the backend; the
//! statements are the backend's own.

use std::path::PathBuf;
use std::sync::Arc;

use crate::backend::Backend;
use crate::error::Cause;
#[cfg(feature = "postgres")]
use crate::postgres::{self, Postgres, Whose};
use crate::sqlite::Sqlite;
use crate::{Error, ServerLock, sqlite};

/// The ownership store. A clone is another handle on the same store.
///
/// Work that was asked for is done even if nobody waits for its answer any more.
#[derive(Clone, Debug)]
pub struct Store {
    backend: Arc<Backend>,
}

impl Store {
    /// Opens the store at `url`, and brings its schema up to date.
    ///
    /// `sqlite:PATH` names a file, which is created if need be. `postgres://…`, with the feature
    /// `postgres`, names a database on a server, which is there already and which the role owns;
    /// the README says how the way to it is encrypted. Call it, and all else, in a Tokio runtime
    /// with time and IO enabled.
    ///
    /// Errors: a URL of another form, a database newer than this build
    /// ([`Error::is_newer_schema`]), an older one whose server is running ([`Error::is_locked`]), a
    /// server that cannot be reached ([`Error::is_unreachable`]), the target of a copy that is not
    /// finished ([`Error::is_unfinished_copy`]), a database that does not keep
    /// what it was told (of SQLite, write-ahead log and full synchronisation are checked; of
    /// PostgreSQL, `fsync`, `full_page_writes` and `synchronous_commit`), a server older than 14, a
    /// role that row-level security does not bind.
    pub async fn open(url: &str) -> Result<Self, Error> {
        Self::open_if(url, Finished::Required).await
    }

    /// Opens the target of a copy that is under way in this process.
    pub(crate) async fn open_unfinished(url: &str) -> Result<Self, Error> {
        Self::open_if(url, Finished::Whatever).await
    }

    async fn open_if(url: &str, finished: Finished) -> Result<Self, Error> {
        const DOING: &str = "open the store";
        #[cfg(feature = "postgres")]
        if is_postgres(url) {
            let postgres = Postgres::open(url, finished).await;
            let postgres = postgres.map_err(|cause| Error::new(DOING, cause))?;
            return Ok(Self { backend: Arc::new(Backend::Postgres(postgres)) });
        }
        let path = sqlite_path(url).map_err(|cause| Error::new(DOING, cause))?;
        let sqlite = Sqlite::open(path, finished).await;
        let sqlite = sqlite.map_err(|cause| Error::new(DOING, cause))?;
        Ok(Self { backend: Arc::new(Backend::Sqlite(sqlite)) })
    }

    /// Makes this process a server of the database, as long as the lock is held: the only one of a
    /// file, one of any number on PostgreSQL. A newer build leaves the schema alone meanwhile.
    ///
    /// A second one on a file gets [`Error::is_locked`]. Everything else works without the lock, beside a
    /// server too.
    pub async fn lock_for_serving(&self) -> Result<ServerLock, Error> {
        const DOING: &str = "lock the store for serving";
        match self.backend() {
            Backend::Sqlite(db) => {
                let path = db.path().to_owned();
                db.read(DOING, move |_| ServerLock::take(&path)).await
            }
            #[cfg(feature = "postgres")]
            Backend::Postgres(db) => db.serve(DOING).await.map(ServerLock::of_session),
        }
    }

    /// Would the store keep what it is told now? Tries the disk and the writer, and leaves no row.
    ///
    /// Errors: the disk is full ([`Error::is_full`]) or fails, or the writer is behind
    /// ([`Error::is_busy`]).
    pub async fn check_writable(&self) -> Result<(), Error> {
        const DOING: &str = "keep records";
        match self.backend() {
            Backend::Sqlite(db) => {
                let path = db.path().to_owned();
                db.write(DOING, move |_| sqlite::room::try_disk(&path)).await
            }
            #[cfg(feature = "postgres")]
            Backend::Postgres(db) => {
                let trying = |tx| async move { postgres::room::try_writing(&tx).await };
                db.write(Whose::Platform, DOING, trying).await
            }
        }
    }

    /// Finishes all work that was asked for before, writes the log back and closes the database.
    ///
    /// Every later call on any handle is an error ([`Error::is_closed`]); a second `close` is not.
    pub async fn close(&self) -> Result<(), Error> {
        match self.backend() {
            Backend::Sqlite(db) => {
                db.close().await.map_err(|cause| Error::new("close the store", cause))
            }
            #[cfg(feature = "postgres")]
            Backend::Postgres(db) => {
                db.close().await;
                Ok(())
            }
        }
    }

    pub(crate) fn backend(&self) -> &Backend {
        &self.backend
    }

    /// What a store does, and not a scope of it, is the platform's.
    #[cfg(feature = "postgres")]
    #[expect(clippy::unused_self, reason = "it is asked like a scope")]
    pub(crate) fn whose(&self) -> Whose {
        Whose::Platform
    }
}

/// Does it matter whether a copy into the store is finished?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finished {
    /// One that is not makes it no store.
    Required,
    /// It is the copy itself that asks.
    Whatever,
}

pub(crate) fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres:") || url.starts_with("postgresql:")
}

/// The path in a URL of the form `sqlite:PATH`.
///
/// A URL is never repeated in an error: one for another database may hold a password.
pub(crate) fn sqlite_path(url: &str) -> Result<PathBuf, Cause> {
    let Some(path) = url.strip_prefix("sqlite:") else {
        #[cfg(not(feature = "postgres"))]
        if is_postgres(url) {
            return Err(Cause::NoPostgres);
        }
        return Err(Cause::UnknownUrl);
    };
    // `sqlite://a.db` would name a file in the root folder, which nobody means.
    match path {
        "" | ":memory:" => Err(Cause::NoFile),
        _ if path.starts_with("//") => Err(Cause::UnknownUrl),
        _ => Ok(PathBuf::from(path)),
    }
}
