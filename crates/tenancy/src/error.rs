//! The one error of this crate: what was being done, and what was in the way.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::ErrorCode;
use seedance_model::{LibraryId, TaskId};

use crate::copying::CopyRefusal;
#[cfg(feature = "postgres")]
use crate::postgres::ServerCause;
use crate::sqlite::seal::BrokenSeal;

/// A failure of the store. Not finding something is not an error but a `None`.
///
/// `Display` says what was being done; the reason is its `source`. Callers ask the `is_`
/// questions, and never see the types of the database.
/// A write that failed was not kept, with one exception: when the disk failed while the write was
/// being made durable, or the server went away then ([`Error::is_in_doubt`]), only a later read
/// tells.
#[derive(Clone, Debug)]
pub struct Error {
    doing: &'static str,
    cause: Arc<Cause>,
}

/// What was in the way. Shared, because a failed commit fails every write that was part of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error(transparent)]
    Database(rusqlite::Error),
    #[error(transparent)]
    BrokenSeal(#[from] BrokenSeal),
    #[error("the file is damaged ({found}); restore a backup")]
    Damaged { found: String },
    #[error("the schema could not be brought up to date")]
    Migration(#[source] refinery::Error),
    #[error(
        "the database has schema version {found} and this build knows versions up to {known}; \
         use the newer build"
    )]
    NewerSchema { found: i64, known: i64 },
    #[error("another server holds `{}`; stop it first, or let a copy of the store end", path.display())]
    Locked { path: PathBuf },
    #[error(
        "a copy into this store is not finished; repeat it from the same source, or remove this one"
    )]
    UnfinishedCopy,
    #[error(transparent)]
    Copy(#[from] CopyRefusal),
    #[cfg(feature = "postgres")]
    #[error("a store on a server is backed up by the means of the server")]
    NoFileToBackUp,
    #[error("another process works on `{}`", path.display())]
    BackupDisturbed { path: PathBuf },
    #[error("`{}` cannot be used", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("the database keeps `{pragma}` at `{found}`; only `{wanted}` keeps what it was told")]
    Unsafe { pragma: &'static str, found: String, wanted: &'static str },
    #[error("the store URL has no form that is known; use `sqlite:PATH` or `postgres://…`")]
    UnknownUrl,
    #[cfg(not(feature = "postgres"))]
    #[error("this build has no backend for PostgreSQL; use `sqlite:PATH`")]
    NoPostgres,
    #[cfg(feature = "postgres")]
    #[error(transparent)]
    Server(#[from] ServerCause),
    #[error("a database in memory keeps nothing; use `sqlite:PATH` with the path of a file")]
    NoFile,
    #[error("tariff `{version}` is recorded with another document")]
    OtherTariff { version: String },
    #[error("tariff `{version}` is not recorded")]
    UnknownTariff { version: String },
    #[error(
        "task `{task}` was corrected meanwhile, and its next correction is not number {number}"
    )]
    Overtaken { task: TaskId, number: u32 },
    #[error("group `{group}` is not the tenant's in this upstream account")]
    UnknownGroup { group: LibraryId },
    #[error("a text holds a NUL character, which cannot be stored")]
    Nul,
    #[error("tokens {tokens} are more than the ledger holds; use 0 to {}", i64::MAX)]
    TooManyTokens { tokens: u64 },
    #[error("a thread of the store cannot be started")]
    Thread(#[source] io::Error),
    #[error("the operating system gave no randomness")]
    Randomness(#[source] getrandom::Error),
    #[error("the work on the database panicked: {0}")]
    Panicked(String),
    #[error("{most} writes wait already")]
    TooMuchWaits { most: usize },
    #[error("the write waited longer than {} s for its turn", most.as_secs())]
    WaitedTooLong { most: Duration },
    #[error("the transaction was rolled back with another write's failure")]
    RolledBack,
    #[error("the store is closed")]
    Closed,
}

impl Error {
    pub(crate) fn new(doing: &'static str, cause: impl Into<Arc<Cause>>) -> Self {
        Self { doing, cause: cause.into() }
    }

    /// The work could not be begun or ended: others held the database, or were in front, for
    /// longer than a few seconds; or too many waited already. Worth another try.
    pub fn is_busy(&self) -> bool {
        if matches!(*self.cause, Cause::TooMuchWaits { .. } | Cause::WaitedTooLong { .. }) {
            return true;
        }
        #[cfg(feature = "postgres")]
        if let Cause::Server(cause) = &*self.cause {
            return cause.is_busy();
        }
        let code = self.cause.database_code();
        matches!(code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
    }

    /// The disk is full. Reading works on, and writing does as soon as there is room.
    pub fn is_full(&self) -> bool {
        if let Cause::File { source, .. } = &*self.cause {
            return source.kind() == io::ErrorKind::StorageFull;
        }
        #[cfg(feature = "postgres")]
        if let Cause::Server(cause) = &*self.cause {
            return cause.is_full();
        }
        self.cause.database_code() == Some(ErrorCode::DiskFull)
    }

    /// Another server holds the lock of [`Store::lock_for_serving`](crate::Store::lock_for_serving).
    pub fn is_locked(&self) -> bool {
        #[cfg(feature = "postgres")]
        if let Cause::Server(cause) = &*self.cause {
            return cause.is_locked();
        }
        matches!(*self.cause, Cause::Locked { .. })
    }

    /// The database was written by a newer build.
    pub fn is_newer_schema(&self) -> bool {
        matches!(*self.cause, Cause::NewerSchema { .. })
    }

    /// The database file is damaged, or is no database at all.
    pub fn is_corrupt(&self) -> bool {
        if matches!(*self.cause, Cause::BrokenSeal(_) | Cause::Damaged { .. }) {
            return true;
        }
        #[cfg(feature = "postgres")]
        if let Cause::Server(cause) = &*self.cause {
            return cause.is_corrupt();
        }
        let code = self.cause.database_code();
        matches!(code, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
    }

    /// The database server cannot be reached, broke the connection, stands still, or takes no
    /// writes just now. What was asked for was not kept. Worth another try when it is back.
    pub fn is_unreachable(&self) -> bool {
        #[cfg(feature = "postgres")]
        if let Cause::Server(cause) = &*self.cause {
            return cause.is_unreachable();
        }
        false
    }

    /// The connection broke during a commit, and the server did not come back in time to say
    /// what became of it. Only a later read tells whether the write was kept.
    pub fn is_in_doubt(&self) -> bool {
        #[cfg(feature = "postgres")]
        if let Cause::Server(cause) = &*self.cause {
            return cause.is_in_doubt();
        }
        false
    }

    /// A text to be stored holds a NUL character. Nothing was changed, and never will be.
    pub fn is_unstorable_text(&self) -> bool {
        matches!(*self.cause, Cause::Nul)
    }

    /// The version of a tariff is known with another document.
    pub fn is_conflict(&self) -> bool {
        matches!(*self.cause, Cause::OtherTariff { .. })
    }

    /// A charge was corrected since the one who corrects it looked. Nothing was changed.
    pub fn is_overtaken(&self) -> bool {
        matches!(*self.cause, Cause::Overtaken { .. })
    }

    /// A copy into this store is not finished: nothing can be done with it but to finish that.
    pub fn is_unfinished_copy(&self) -> bool {
        matches!(*self.cause, Cause::UnfinishedCopy)
    }

    /// The store was closed before.
    pub fn is_closed(&self) -> bool {
        matches!(*self.cause, Cause::Closed)
    }
}

impl Cause {
    /// SQLite's own word for it, if it is SQLite that failed.
    pub(crate) fn database_code(&self) -> Option<ErrorCode> {
        if let Self::Database(error) = self { error.sqlite_error_code() } else { None }
    }
}

impl From<rusqlite::Error> for Cause {
    fn from(error: rusqlite::Error) -> Self {
        // A row is checked while it is read, where only errors of SQLite can be told.
        if let rusqlite::Error::FromSqlConversionFailure(_, _, reason) = &error
            && let Some(broken) = reason.downcast_ref::<BrokenSeal>()
        {
            return Self::BrokenSeal(broken.clone());
        }
        Self::Database(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}", self.doing)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.cause)
    }
}
