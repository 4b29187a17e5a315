//! The audit of a database file. All of it is the platform's.
//!
//! A table is read in pages, each page at a moment of its own: while one moment is looked at, the
//! write-ahead log cannot be written back, and it must not grow for as long as millions of rows
//! take. What is held in memory grows with the tenants and the months, and not with the rows.

mod charges;
mod counters;
mod days;
mod file;
mod tasks;

use seedance_model::TaskId;

use super::Sqlite;
use crate::{Audit, Error};
use charges::Charges;
use days::Days;
pub(crate) use file::{check_file, damage};
use tasks::Tasks;

const DOING: &str = "audit the store";

/// Rows of one page: a fraction of a second.
const PAGE: i64 = 20_000;

/// How many tasks are named, of as many as there may be.
const NAMED: i64 = 100;

/// How many more may be named.
fn room(named: &[TaskId]) -> i64 {
    NAMED.saturating_sub(i64::try_from(named.len()).unwrap_or(NAMED))
}

pub(crate) async fn audit(db: &Sqlite) -> Result<Audit, Error> {
    let pages = db.read(DOING, file::damage_to_pages).await?;
    let tasks = Tasks::all(db).await?;
    let charges = Charges::all(db).await?;
    let days_agree = Days::all_agree(db).await?;
    Ok(Audit {
        damage: pages.or(tasks.broken),
        unsettled: tasks.unsettled,
        unfounded: charges.unfounded,
        sums_agree: charges.sums_agree && days_agree,
        counts_agree: db.read(DOING, counters::agree).await?,
        spending_agrees: charges.spending_agrees,
    })
}
