//! The audit: does the database say the same thing wherever it says it?

use seedance_model::TaskId;

use crate::backend::Backend;
#[cfg(feature = "postgres")]
use crate::postgres;
use crate::{Error, Store, sqlite};

/// What an audit found. See [`Audit::is_clean`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// What is wrong with the file itself, if anything: SQLite says so, or a task is not what was
    /// written.
    pub damage: Option<String>,
    /// Successes with neither a charge nor a place in quarantine, and free ones that nobody let
    /// out of it; the first 100.
    pub unsettled: Vec<TaskId>,
    /// Charges and corrections that do not match a charged task of the same tenant; the first 100.
    pub unfounded: Vec<TaskId>,
    /// Are the running sums of the ledger what its rows add up to?
    pub sums_agree: bool,
    /// Are the counters of listed and live tasks what counting gives?
    pub counts_agree: bool,
    /// Is what was spent and reserved in each month what the rows add up to?
    pub spending_agrees: bool,
}

impl Audit {
    /// Nothing was found.
    pub fn is_clean(&self) -> bool {
        self.damage.is_none()
            && self.unsettled.is_empty()
            && self.unfounded.is_empty()
            && self.sums_agree
            && self.counts_agree
            && self.spending_agrees
    }
}

impl Store {
    /// Refuses a damaged file ([`Error::is_corrupt`]), before anything of it is served.
    ///
    /// Reads a database of up to 32 MiB whole, and of a larger one what says who may call. The rest
    /// is read by [`Store::audit`], and tasks are held against their seals whenever they are read.
    /// A database server has checksums of its own, so nothing is read there.
    pub async fn check_file(&self) -> Result<(), Error> {
        match self.backend() {
            Backend::Sqlite(db) => db.read("trust the store", sqlite::audit::check_file).await,
            #[cfg(feature = "postgres")]
            Backend::Postgres(_) => Ok(()),
        }
    }

    /// Compares everything that is said twice: tasks with the ledger, counters with rows.
    ///
    /// Reads the whole database, and keeps one reader busy with it. What is compared is of one
    /// moment; with SQLite not all comparisons are of the same one. Amounts are not recomputed:
    /// that takes the price book, and [`Store::ledger_page`] gives the rows.
    pub async fn audit(&self) -> Result<Audit, Error> {
        match self.backend() {
            Backend::Sqlite(db) => sqlite::audit::audit(db).await,
            #[cfg(feature = "postgres")]
            Backend::Postgres(db) => {
                const DOING: &str = "audit the store";
                db.read_all(DOING, |tx| async move { postgres::audit::audit(&tx).await }).await
            }
        }
    }
}
