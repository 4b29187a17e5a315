//! One server per database: an advisory lock on a file beside it.
//!
//! The operating system drops the lock when its holder dies, so there is nothing to clean up.

use std::fs::File;

/// Proof that this process is the only server on its database. Hold it for life.
#[derive(Debug)]
pub struct ServerLock {
    /// The lock lasts as long as this file is open.
    _file: Option<File>,
}
