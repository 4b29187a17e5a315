//! Keeps the write-ahead log short.
//!
//! SQLite writes the log back by itself, and starts it anew when a commit finds no reader in it.
//! Under load there is always one, and the log would grow for ever. So past a size, the writer
//! waits a moment for the readers of old moments, which are soon done, and cuts the log.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use crate::error::Cause;
use crate::sqlite::opening;

/// From this size on the log is cut, in bytes.
const CUT_AT: u64 = 16 * 1024 * 1024;

/// After a reader was in the way, the log may grow by this before the next attempt, in bytes.
const STEP: u64 = 4 * 1024 * 1024;

/// How long writes stand still for readers of old moments.
const PATIENCE: Duration = Duration::from_millis(100);

/// The log beside a database.
#[derive(Debug)]
pub(super) struct Wal {
    path: PathBuf,
    cut_at: u64,
}

impl Wal {
    pub(super) fn of(database: &Path) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push("-wal");
        Self { path: path.into(), cut_at: CUT_AT }
    }

    /// Cuts the log if it is long. What stays in the way now is met again at the next attempt, and
    /// a disk that fails here fails the next commit too.
    pub(super) fn keep_short(&mut self, connection: &Connection) {
        if self.length() < self.cut_at {
            return;
        }
        drop(write_back(connection));
        self.cut_at = CUT_AT.max(self.length() + STEP);
    }

    fn length(&self) -> u64 {
        self.path.metadata().map_or(0, |file| file.len())
    }
}

/// Writes the log back and cuts it, unless a reader of an old moment stays in the way.
///
/// Meanwhile nobody writes, in no process: a command that ends beside a server must not make it
/// wait for a third one that reads everything.
pub(super) fn write_back(connection: &Connection) -> Result<(), Cause> {
    opening::with_patience(connection, PATIENCE, opening::write_log_back)
}
