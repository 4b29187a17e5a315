//! The schema: which migrations there are, and how a database is brought up to date.
//!
//! The rules are those of `sqlite/schema.rs`. A table with rows of tenants has row-level security,
//! forced, with the policy of the others.

use deadpool_postgres::{Object, Pool};
use refinery::{Migration, Runner};

use super::columns::get;
use super::failing::ServerCause;
use crate::copying::UNFINISHED;
use crate::error::Cause;

const MIGRATIONS: [(&str, &str); 8] = [
    (
        "V1__tenants_and_tokens",
        include_str!("../../migrations/postgres/V1__tenants_and_tokens.sql"),
    ),
    (
        "V2__tariffs_and_intents",
        include_str!("../../migrations/postgres/V2__tariffs_and_intents.sql"),
    ),
    ("V3__tasks", include_str!("../../migrations/postgres/V3__tasks.sql")),
    (
        "V4__ledger_and_audit_log",
        include_str!("../../migrations/postgres/V4__ledger_and_audit_log.sql"),
    ),
    ("V5__library", include_str!("../../migrations/postgres/V5__library.sql")),
    ("V6__replicas", include_str!("../../migrations/postgres/V6__replicas.sql")),
    ("V7__limits", include_str!("../../migrations/postgres/V7__limits.sql")),
    (
        "V8__usage_and_requests",
        include_str!("../../migrations/postgres/V8__usage_and_requests.sql"),
    ),
];

/// The version that this build brings every database to.
pub(crate) const NEWEST: i64 = 8;

/// Held by each server, and alone by who changes the tables of an older one. In the same space as
/// the locks of the migrations.
pub(crate) const SERVING: &str = "28776, 1";

/// Held by who migrates: one after the other.
const MIGRATING: &str = "28776, 2";

/// Applies the migrations that are missing, all or none. Refuses a database from the future.
pub(crate) async fn bring_up_to_date(pool: &Pool) -> Result<(), Cause> {
    let connection = pool.get().await?;
    if is_old(&connection).await? { migrate_alone(connection).await } else { Ok(()) }
}

/// Refuses the target of a copy that is not finished, before anything is done to it.
pub(super) async fn refuse_unfinished(pool: &Pool) -> Result<(), Cause> {
    let there = format!("SELECT to_regclass('{UNFINISHED}') IS NOT NULL");
    let unfinished = get(&pool.get().await?.query_one(&there, &[]).await?, 0)?;
    if unfinished { Err(Cause::UnfinishedCopy) } else { Ok(()) }
}

/// On a connection of its own: the locks and the longer patience go with it.
async fn migrate_alone(connection: Object) -> Result<(), Cause> {
    let mut connection = Object::take(connection);
    let patience = "SET statement_timeout = 0; SET lock_timeout = 0";
    connection.batch_execute(patience).await?;
    connection.batch_execute(&format!("SELECT pg_advisory_lock({MIGRATING})")).await?;
    if version(&connection).await? > 0 {
        let alone = format!("SELECT pg_try_advisory_lock({SERVING})");
        let alone: bool = get(&connection.query_one(&alone, &[]).await?, 0)?;
        if !alone && is_old(&connection).await? {
            return Err(ServerCause::Served.into());
        }
    }
    migrate(&mut connection).await
}

/// All missing migrations in one transaction, together with the record that they were applied.
async fn migrate(connection: &mut tokio_postgres::Client) -> Result<(), Cause> {
    let migrations = MIGRATIONS
        .iter()
        .map(|(name, sql)| Migration::unapplied(name, sql))
        .collect::<Result<Vec<_>, _>>()
        .map_err(Cause::Migration)?;
    let runner = Runner::new(&migrations).set_grouped(true);
    runner.run_async(connection).await.map_err(Cause::Migration)?;
    Ok(())
}

/// Is there something to do?
async fn is_old(connection: &tokio_postgres::Client) -> Result<bool, Cause> {
    let found = version(connection).await?;
    if found > NEWEST {
        return Err(Cause::NewerSchema { found, known: NEWEST });
    }
    Ok(found < NEWEST)
}

/// The newest migration that was applied; 0 for a new database.
pub(crate) async fn version(connection: &tokio_postgres::Client) -> Result<i64, Cause> {
    let there = "SELECT to_regclass('refinery_schema_history') IS NOT NULL";
    if !get(&connection.query_one(there, &[]).await?, 0)? {
        return Ok(0);
    }
    let newest = "SELECT coalesce(max(version), 0)::int8 FROM refinery_schema_history";
    get(&connection.query_one(newest, &[]).await?, 0)
}
