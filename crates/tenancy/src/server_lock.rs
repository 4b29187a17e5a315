//! One server per database: an advisory lock on a file beside it.
//!
//! The operating system drops the lock when its holder dies, so there is nothing to clean up.
//! It is not SQLite's own lock: commands read and write beside a server.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::Cause;

/// Proof that this process is the only server on its database. Hold it for life.
#[derive(Debug)]
pub struct ServerLock {
    /// The lock lasts as long as this file is open.
    _file: File,
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
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Cause::Locked { path }),
            Err(TryLockError::Error(source)) => Err(Cause::File { path, source }),
        }
    }
}
