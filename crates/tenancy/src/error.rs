//! The one error of this crate: what was being done, and what was in the way.

use std::fmt;

/// A failure of the store. Not finding something is not an error but a `None`.
///
/// `Display` says what was being done; the reason is its `source`. Callers ask the `is_`
/// questions, and never see the types of the database.
#[derive(Clone, Debug)]
pub struct Error {
    doing: &'static str,
}

impl Error {
    /// Another process held the database for longer than 5 seconds. Worth another try.
    pub fn is_busy(&self) -> bool {
        todo!()
    }

    /// The disk is full. Reading works on, and writing does as soon as there is room.
    pub fn is_full(&self) -> bool {
        todo!()
    }

    /// Another server holds the lock of [`Store::lock_for_serving`](crate::Store::lock_for_serving).
    pub fn is_locked(&self) -> bool {
        todo!()
    }

    /// The database was written by a newer build.
    pub fn is_newer_schema(&self) -> bool {
        todo!()
    }

    /// The database file is damaged, or is no database at all.
    pub fn is_corrupt(&self) -> bool {
        todo!()
    }

    /// The version of a tariff is known with another document.
    pub fn is_conflict(&self) -> bool {
        todo!()
    }

    /// The store was closed before.
    pub fn is_closed(&self) -> bool {
        todo!()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}", self.doing)
    }
}

impl std::error::Error for Error {}
