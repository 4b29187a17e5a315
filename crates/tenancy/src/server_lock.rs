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
    /// This file is locked.
    File { _locked: LockedFile },
    /// This session is held.
    #[cfg(feature = "postgres")]
    Session { _session: ServingSession },
}

impl ServerLock {
    /// Locks `DATABASE.lock`, which is created if need be. Does not wait.
    pub(crate) fn take(database: &Path) -> Result<Self, Cause> {
        Ok(Self { _held: Held::File { _locked: LockedFile::beside(database)? } })
    }

    #[cfg(feature = "postgres")]
    pub(crate) fn of_session(session: ServingSession) -> Self {
        Self { _held: Held::Session { _session: session } }
    }
}

/// A file with a lock, which it gives back by itself.
///
/// To close it would not do: a child that this process has just forked holds the same file until it
/// runs its own program, and the lock with it.
#[derive(Debug)]
struct LockedFile(File);

impl LockedFile {
    fn beside(database: &Path) -> Result<Self, Cause> {
        let mut path = database.as_os_str().to_owned();
        path.push(".lock");
        let path = PathBuf::from(path);
        let opened = File::options().create(true).truncate(false).write(true).open(&path);
        let file = match opened {
            Ok(file) => file,
            Err(source) => return Err(Cause::File { path, source }),
        };
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(Cause::Locked { path }),
            Err(TryLockError::Error(source)) => Err(Cause::File { path, source }),
        }
    }
}

impl Drop for LockedFile {
    fn drop(&mut self) {
        // Should it fail, the lock ends when nobody holds the file.
        drop(self.0.unlock());
    }
}

#[cfg(test)]
mod tests {
    use super::LockedFile;

    #[test]
    fn p54_a_lock_that_is_given_back_is_free_though_a_child_still_holds_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("store.db");
        let lock = LockedFile::beside(&database).unwrap();
        // What a fork gives to a child: the same open file.
        let _of_child = lock.0.try_clone().unwrap();
        assert!(LockedFile::beside(&database).is_err());
        drop(lock);
        LockedFile::beside(&database).unwrap();
    }
}
