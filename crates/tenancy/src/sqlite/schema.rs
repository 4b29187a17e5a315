//! The schema: which migrations there are, and how a database is brought up to date.
//!
//! When you change the schema:
//!
//! 1. Never edit a migration that was released: its checksum is in every database.
//! 2. Add `migrations/sqlite/V<n>__<what>.sql`, and its line to `MIGRATIONS`.
//! 3. Keep it forward-only, and let old rows pass: no new `NOT NULL` without a default.
//! 4. New tables are STRICT; a tenant's rows carry `tenant_id`, and lead with it in an index.
//! 5. Rows of the ledger are never changed, by a migration neither.
//! 6. A new statement for tenants goes into the plan tests; a new table into the source test.
//! 7. Write the same step for every other backend.

use std::path::Path;

use refinery::{Migration, Runner};
use rusqlite::{Connection, TransactionBehavior};

use crate::ServerLock;
use crate::copying::UNFINISHED;
use crate::error::Cause;
use crate::store::Finished;

const MIGRATIONS: &[(&str, &str)] = &[
    ("V1__tenants_and_tokens", include_str!("../../migrations/sqlite/V1__tenants_and_tokens.sql")),
    (
        "V2__tariffs_and_intents",
        include_str!("../../migrations/sqlite/V2__tariffs_and_intents.sql"),
    ),
    ("V3__tasks", include_str!("../../migrations/sqlite/V3__tasks.sql")),
    ("V4__ledger", include_str!("../../migrations/sqlite/V4__ledger.sql")),
    ("V5__library", include_str!("../../migrations/sqlite/V5__library.sql")),
    (
        "V6__corrections_and_audit_log",
        include_str!("../../migrations/sqlite/V6__corrections_and_audit_log.sql"),
    ),
    ("V7__seals", include_str!("../../migrations/sqlite/V7__seals.sql")),
    ("V8__claims", include_str!("../../migrations/sqlite/V8__claims.sql")),
    ("V9__cancels", include_str!("../../migrations/sqlite/V9__cancels.sql")),
    ("V10__searched_intents", include_str!("../../migrations/sqlite/V10__searched_intents.sql")),
    ("V11__limits", include_str!("../../migrations/sqlite/V11__limits.sql")),
    (
        "V12__usage_and_requests",
        include_str!("../../migrations/sqlite/V12__usage_and_requests.sql"),
    ),
    ("V13__cheaper_creates", include_str!("../../migrations/sqlite/V13__cheaper_creates.sql")),
];

/// The version that this build brings every database to.
pub(crate) const NEWEST: i64 = 13;

/// Applies the migrations that are missing, all or none. Refuses a database from the future, and
/// the target of a copy that is not finished.
pub(super) fn bring_up_to_date(
    connection: &mut Connection,
    path: &Path,
    finished: Finished,
) -> Result<(), Cause> {
    let found = version(connection)?;
    if finished == Finished::Required && connection.table_exists(None, UNFINISHED)? {
        return Err(Cause::UnfinishedCopy);
    }
    if found > NEWEST {
        return Err(Cause::NewerSchema { found, known: NEWEST });
    }
    if found == NEWEST {
        return Ok(());
    }
    // An older server must not find its tables changed while it runs.
    let alone = if found > 0 { Some(ServerLock::take(path)?) } else { None };
    let outcome = migrate(connection);
    drop(alone);
    match outcome {
        // Two processes may create a database at once. The second fails on the first one's tables,
        // and finds that nothing is left to do.
        Err(_) if version(connection)? == NEWEST => Ok(()),
        outcome => outcome,
    }
}

/// All missing migrations in one transaction, together with the record that they were applied.
///
/// Ungrouped, refinery commits a migration and its record one after the other, and a kill
/// between the two leaves a database that no start can repair.
fn migrate(connection: &mut Connection) -> Result<(), Cause> {
    let migrations = MIGRATIONS
        .iter()
        .map(|(name, sql)| Migration::unapplied(name, sql))
        .collect::<Result<Vec<_>, _>>()
        .map_err(Cause::Migration)?;
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    Runner::new(&migrations).set_grouped(true).run(connection).map_err(Cause::Migration)?;
    Ok(())
}

/// The newest migration that was applied; 0 for a new database.
pub(crate) fn version(connection: &Connection) -> Result<i64, Cause> {
    if !connection.table_exists(None, "refinery_schema_history")? {
        return Ok(0);
    }
    let newest = "SELECT coalesce(max(version), 0) FROM refinery_schema_history";
    Ok(connection.query_row(newest, [], |row| row.get(0))?)
}
