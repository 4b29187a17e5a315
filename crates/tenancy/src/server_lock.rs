//! Who serves a database: one server at a time has the lock on a file beside a file, any number
//! share the one in a database server.
//!
//! Both are dropped when their holder dies, so there is nothing to clean up. Neither is a lock of
//! rows or tables: commands read and write beside a server.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::Cause;
#[cfg(feature = "postgres")]
use crate::postgres::ServingSession;

/// Proof that this process may serve its database. Hold it for life.
#[derive(Debug)]
pub struct ServerLock {
    _held: Held,
}

/// What the lock lasts as long as.
#[derive(Debug)]
enum Held {
    /// This file is open.
    File { _file: File },
    /// This session is held.
    #[cfg(feature = "postgres")]
    Session { _session: ServingSession },
}

impl ServerLock {
    /// Locks `DATABASE.lock`, which is created if need be. Does not wait.
    pub(crate) fn take(database: &Path) -> Result<Self, Cause> {
        let mut path = database.as_os_str().to_owned();
        path.push(".lock");
        let path = PathBuf::from(path);
        let opened = File::options().create(true).truncate(false).write(true).open(&path);
        let file = match opened {
            Ok(file) => file,
            Err(source) => return Err(Cause::File { path, source }),
        };
        match file.try_lock() {
            Ok(()) => Ok(Self { _held: Held::File { _file: file } }),
            Err(TryLockError::WouldBlock) => Err(Cause::Locked { path }),
            Err(TryLockError::Error(source)) => Err(Cause::File { path, source }),
        }
    }

    #[cfg(feature = "postgres")]
    pub(crate) fn of_session(session: ServingSession) -> Self {
        Self { _held: Held::Session { _session: session } }
    }
}
