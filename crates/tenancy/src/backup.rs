//! A copy of the file of a store, beside whoever writes to it.

use std::path::Path;

use crate::backend::Backend;
#[cfg(feature = "postgres")]
use crate::error::Cause;
use crate::{Error, Store, sqlite};

impl Store {
    /// Writes the file of this store, as it is at one moment, to `to`, which is empty or not there.
    /// Every commit before the call is in it. `progress` hears how many pages are done, of how many.
    ///
    /// Nobody waits for it, and it waits for nobody; until it ends, the write-ahead log grows with
    /// what is written meanwhile. It keeps one reader busy. What is in `to` is durable, and has not
    /// been verified: see [`Store::audit`]. After an error, remove `to`.
    ///
    /// Errors: the store is on a server, which has means of its own; the disk is full or fails.
    pub async fn back_up(
        &self,
        to: &Path,
        progress: impl FnMut(u64, u64) + Send + 'static,
    ) -> Result<(), Error> {
        const DOING: &str = "back up the store";
        match self.backend() {
            Backend::Sqlite(db) => {
                let to = to.to_owned();
                db.read(DOING, move |tx| sqlite::backup::copy_pages(tx, &to, progress)).await
            }
            #[cfg(feature = "postgres")]
            Backend::Postgres(_) => Err(Error::new(DOING, Cause::NoFileToBackUp)),
        }
    }
}
