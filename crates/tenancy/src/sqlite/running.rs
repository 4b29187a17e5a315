//! What both kinds of threads need to run work on a connection: transactions, and no panics.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::Connection;

use crate::error::Cause;

/// Runs a statement that begins or ends something.
pub(super) fn run(connection: &Connection, control: &str) -> Result<(), Cause> {
    connection.prepare_cached(control)?.execute([])?;
    Ok(())
}

/// Runs `work` in a read transaction, which shows it one moment of the database.
pub(super) fn at_one_moment<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Cause>,
) -> Result<T, Cause> {
    run(connection, "BEGIN")?;
    let result = caught(|| work(connection));
    if !connection.is_autocommit() {
        run(connection, "ROLLBACK")?; // Nothing was written, and this cannot fail for being busy.
    }
    result
}

/// Runs work that must not take its thread down.
pub(crate) fn caught<T>(work: impl FnOnce() -> Result<T, Cause>) -> Result<T, Cause> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(Cause::Panicked(panic_text(panic.as_ref()))))
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a message").to_owned()
}
