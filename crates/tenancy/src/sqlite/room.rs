//! Is there room on the disk? SQLite tells only when a commit needs some that is not there.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::Cause;

/// What a write may need: more than the pages of any single one, in bytes.
const ROOM: usize = 64 * 1024;

/// Writes a file beside the database, and removes it again. One that a crash left is overwritten.
pub(crate) fn try_disk(database: &Path) -> Result<(), Cause> {
    let mut path = database.as_os_str().to_owned();
    path.push(".room");
    let path = PathBuf::from(path);
    // Not zeros, which some file systems do not store.
    let written = fs::write(&path, vec![0xA5; ROOM]);
    let removed = match fs::remove_file(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    };
    written.and(removed).map_err(|source| Cause::File { path, source })
}
