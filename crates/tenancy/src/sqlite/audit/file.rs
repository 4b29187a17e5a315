//! The file itself: its pages, its indexes, and the seals of all tasks.

use std::path::Path;

use rusqlite::{Connection, MAIN_DB};

use super::tasks::broken_seal;
use crate::error::Cause;
use crate::sqlite::opening;

/// A file up to this size is read through in a fraction of a second.
const QUICKLY_READ_BYTES: i64 = 32 << 20;

/// The tables that say who may call; each is kept twice.
const CALLERS: [&str; 2] = ["PRAGMA integrity_check(tenants)", "PRAGMA integrity_check(tokens)"];

/// Reads all pages and rows, and searches for each row in each index.
const WHOLE: &str = "PRAGMA integrity_check(1)";

/// What the check says when it finds nothing.
const SOUND: &str = "ok";

/// Refuses a damaged file; of a large one only the tables that say who may call are read.
pub(crate) fn check_file(tx: &Connection) -> Result<(), Cause> {
    let found = if is_quickly_read(tx)? { damage(tx)? } else { damage_to_callers(tx)? };
    match found {
        Some(found) => Err(Cause::Damaged { found }),
        None => Ok(()),
    }
}

fn is_quickly_read(tx: &Connection) -> Result<bool, Cause> {
    let pages: i64 = tx.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let page_bytes: i64 = tx.pragma_query_value(None, "page_size", |row| row.get(0))?;
    Ok(pages.saturating_mul(page_bytes) <= QUICKLY_READ_BYTES)
}

fn damage_to_callers(tx: &Connection) -> Result<Option<String>, Cause> {
    for check in CALLERS {
        if let Some(found) = found_by(tx, check)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// What is wrong with the file, or with a task that is not what was written.
pub(crate) fn damage(tx: &Connection) -> Result<Option<String>, Cause> {
    match found_by(tx, WHOLE)? {
        Some(found) => Ok(Some(found)),
        None => broken_seal(tx, i64::MIN, i64::MAX),
    }
}

/// What is wrong with its pages and rows, and in a small file with its indexes.
///
/// That each row has its entry in each index takes a search for every one of them, which is mostly
/// waiting for the disk where the file is large. There the comparisons of the audit go through
/// most of these indexes from the other side.
pub(super) fn damage_to_pages(tx: &Connection) -> Result<Option<String>, Cause> {
    found_by(tx, if is_quickly_read(tx)? { WHOLE } else { "PRAGMA quick_check(1)" })
}

/// Refuses a walk whose next place is not behind its last one: it would never end.
///
/// Rows come in the order of their keys, whatever they hold, unless the file is damaged.
pub(super) fn check_order(table: &str, key: i64, after: i64) -> Result<(), Cause> {
    if key > after {
        return Ok(());
    }
    Err(Cause::Damaged { found: format!("{table}: {key} comes after {after}") })
}

fn found_by(tx: &Connection, check: &str) -> Result<Option<String>, Cause> {
    let found: String = match may_write(tx)? {
        Some(writer) => writer.query_row(check, [], |row| row.get(0))?,
        None => tx.query_row(check, [], |row| row.get(0))?,
    };
    Ok((found != SOUND).then_some(found))
}

/// Another connection to the file, if this one only reads: for such a one SQLite leaves out what
/// the tables say of their rows in `CHECK`, and then finds nothing against it.
fn may_write(tx: &Connection) -> Result<Option<Connection>, Cause> {
    match tx.path() {
        Some(path) if tx.is_readonly(MAIN_DB)? => opening::for_holding(Path::new(path)).map(Some),
        _ => Ok(None),
    }
}
