//! Connections: how they are opened, and what is checked before one is trusted.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::FromSql;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::schema;
use crate::error::Cause;
use crate::store::Finished;

/// How long a statement waits while another process holds the database.
const PATIENCE: Duration = Duration::from_secs(5);

/// Statements that a connection keeps compiled; more than there are in this crate.
const CACHED_STATEMENTS: usize = 128;

/// How often the switch to write-ahead mode is tried. Each process that opens the database at the
/// same time can be in the way of a try or two.
const MOST_SWITCHES: usize = 100;

/// Settings of every connection. A negative cache size is in KiB.
const EVERY: &str = "
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -8192;
";

/// Settings of the writing connection. FULL syncs the log at each commit: NORMAL forgets
/// acknowledged commits when the power fails. The log is cut back to 64 MiB after a burst.
const WRITING: &str = "
    PRAGMA synchronous = FULL;
    PRAGMA journal_size_limit = 67108864;
";

/// The connection that writes: migrated, checked, in write-ahead mode.
pub(crate) fn for_writing(path: &Path, finished: Finished) -> Result<Connection, Cause> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut connection = open(path, flags)?;
    connection.execute_batch(WRITING)?;
    schema::bring_up_to_date(&mut connection, path, finished)?;
    write_ahead(&connection)?;
    check_durable(&connection)?;
    Ok(connection)
}

/// Switches the database to write-ahead mode, for good.
///
/// While another process opens it too, SQLite says "busy" here at once, whatever the patience.
/// The exclusive transaction does wait, so a try comes after the other process's.
fn write_ahead(connection: &Connection) -> Result<(), Cause> {
    const SWITCH: &str = "PRAGMA journal_mode = WAL";
    for _ in 1..MOST_SWITCHES {
        match connection.query_row(SWITCH, [], |_| Ok(())) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                connection.execute_batch("BEGIN EXCLUSIVE; COMMIT")?;
            }
            switched => return Ok(switched?),
        }
    }
    Ok(connection.query_row(SWITCH, [], |_| Ok(()))?)
}

/// A connection that reads, and cannot do anything else.
pub(crate) fn for_reading(path: &Path) -> Result<Connection, Cause> {
    open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

/// A connection that can keep others from writing. It neither creates nor migrates; what a crash
/// left half-written is rolled back, which a connection that only reads cannot do.
pub(crate) fn for_holding(path: &Path) -> Result<Connection, Cause> {
    open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

/// Writes the log back into the database file and empties it, as far as other processes let it.
pub(super) fn write_log_back(connection: &Connection) -> Result<(), Cause> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

/// Does `work` while another process is waited for only so long.
pub(super) fn with_patience<T>(
    connection: &Connection,
    patience: Duration,
    work: impl FnOnce(&Connection) -> Result<T, Cause>,
) -> Result<T, Cause> {
    connection.busy_timeout(patience)?;
    let result = work(connection);
    connection.busy_timeout(PATIENCE)?;
    result
}

fn open(path: &Path, access: OpenFlags) -> Result<Connection, Cause> {
    // Each connection stays on one thread, so SQLite's own mutexes are not needed. URIs are not
    // accepted: in one, a file name could switch off locking or syncing.
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    // Without it a statement on a table with partial indexes is compiled anew for every value that
    // is bound to it, which costs more than running it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(EVERY)?;
    Ok(connection)
}

/// Refuses a database that would forget what it acknowledged, whoever decided so.
fn check_durable(connection: &Connection) -> Result<(), Cause> {
    let journal: String = setting(connection, "journal_mode")?;
    require("journal_mode", journal, "wal")?;
    let synchronous: i64 = setting(connection, "synchronous")?;
    require("synchronous", synchronous.to_string(), "2")?;
    let foreign_keys: i64 = setting(connection, "foreign_keys")?;
    require("foreign_keys", foreign_keys.to_string(), "1")
}

fn setting<T: FromSql>(connection: &Connection, pragma: &str) -> Result<T, Cause> {
    Ok(connection.pragma_query_value(None, pragma, |row| row.get(0))?)
}

fn require(pragma: &'static str, found: String, wanted: &'static str) -> Result<(), Cause> {
    if found == wanted { Ok(()) } else { Err(Cause::Unsafe { pragma, found, wanted }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p02_a_connection_that_would_forget_commits_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let connection = for_writing(&folder.path().join("a.db"), Finished::Required).unwrap();
        check_durable(&connection).unwrap();
        for (careless, named) in [
            ("PRAGMA synchronous = NORMAL", "synchronous"),
            ("PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE", "journal_mode"),
        ] {
            connection.execute_batch(careless).unwrap();
            let refusal = check_durable(&connection).unwrap_err().to_string();
            assert!(refusal.contains(named), "{refusal}");
        }
    }
}
