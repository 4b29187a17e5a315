//! A side of a copy that is a database on a server.
//!
//! A source is held by a lock that servers share otherwise, and by locks of its tables that let
//! everybody read and nobody write. A target's triggers are off within the transaction that adds
//! rows, because what they would do was done in the source; outside of it they hold.

use std::time::Duration;

use deadpool_postgres::{ClientWrapper, Object, Pool};
use tokio::time::interval;
use tokio_postgres::error::SqlState;

use super::arrays::{key, read, sql_type, transposed};
use super::found::Found;
use super::refusal::CopyRefusal;
use super::tables::{Column, Kind, Shape, TABLES, Table, UNFINISHED};
use super::value::Row;
use crate::error::Cause;
use crate::postgres::{Location, Value, connecting, get, schema};

/// Texts are sorted by their bytes, as files do.
const BY_BYTES: &str = " COLLATE \"C\"";

/// Nothing is in a hurry here, and all tenants' rows are meant.
const SETTINGS: &str = "
    SET statement_timeout = 0;
    SET idle_in_transaction_session_timeout = 0;
    SET phanedge.tenant = '*'";

/// How often the lock is tried, which takes a second: the database notices only after a moment that
/// a session has ended, such as that of a server that was just stopped, or of the copy before.
const MOST_TRIES: u32 = 20;
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

/// Intents and tasks point at each other, and one of them has to come first.
const OPEN_CIRCLE: &str = "ALTER TABLE intents DROP CONSTRAINT IF EXISTS intents_task_seq_fkey";

const CLOSE_CIRCLE: &str = "
    ALTER TABLE intents ADD CONSTRAINT intents_task_seq_fkey
    FOREIGN KEY (task_seq) REFERENCES tasks (seq)";

/// A database in a session that nobody serves beside.
pub(super) struct ServerSide {
    session: ClientWrapper,
    pool: Pool,
}

impl ServerSide {
    async fn connect(url: &str) -> Result<Self, Cause> {
        let pool = connecting::pool(Location::parse(url)?)?;
        let session = Object::take(pool.get().await?);
        session.batch_execute(SETTINGS).await?;
        Ok(Self { session, pool })
    }

    /// Holds a source as it is now. `mark`: by this lock another session sees that it is the same
    /// database.
    pub(super) async fn source(url: &str, mark: i64) -> Result<Self, Cause> {
        let side = Self::connect(url).await?;
        side.session.execute("SELECT pg_advisory_lock($1)", &[&mark]).await?;
        side.lock("source").await?;
        side.found().await?.check_source()?;
        side.refuse_leaders().await?;
        let tables = TABLES.map(|table| table.name).join(", ");
        let hold = format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; LOCK TABLE {tables} IN SHARE MODE"
        );
        match side.session.batch_execute(&hold).await {
            Err(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
                Err(CopyRefusal::Written.into())
            }
            answer => Ok(answer.map(|()| side)?),
        }
    }

    /// Looks at a target without changing it.
    pub(super) async fn target(url: &str, mark: i64) -> Result<Self, Cause> {
        const IS_MARKED: &str = "
            SELECT EXISTS (
                SELECT FROM pg_locks
                WHERE locktype = 'advisory' AND objsubid = 1
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND (classid::int8 << 32 | objid::int8) = $1
            )";
        let side = Self::connect(url).await?;
        if get(&side.session.query_one(IS_MARKED, &[&mark]).await?, 0)? {
            return Err(CopyRefusal::SameStore.into());
        }
        side.lock("target").await?;
        let encoding = side.session.query_one("SHOW server_encoding", &[]).await?;
        match get::<String>(&encoding, 0)? {
            utf8 if utf8 == "UTF8" => Ok(side),
            found => Err(CopyRefusal::Encoding { found }.into()),
        }
    }

    /// Alone: servers share this lock. It does not queue for it, which would turn away a server
    /// that starts meanwhile.
    async fn lock(&self, side: &'static str) -> Result<(), Cause> {
        let lock = format!("SELECT pg_try_advisory_lock({})", schema::SERVING);
        let mut tries = interval(BETWEEN_TRIES);
        for _ in 0..MOST_TRIES {
            tries.tick().await;
            if get(&self.session.query_one(&lock, &[]).await?, 0)? {
                return Ok(());
            }
        }
        Err(CopyRefusal::Served { side }.into())
    }

    /// A server whose session broke has no lock for a moment, and leads on. A lease that ends later
    /// than any that is asked for now was made before the clock was set back.
    async fn refuse_leaders(&self) -> Result<(), Cause> {
        const LEADERS: &str = "
            SELECT name, holder FROM leases
            WHERE until - extract(epoch FROM clock_timestamp()) * 1000 BETWEEN 0 AND 120000 LIMIT 1";
        match self.session.query_opt(LEADERS, &[]).await? {
            Some(lead) => {
                Err(CopyRefusal::Led { name: get(&lead, 0)?, holder: get(&lead, 1)? }.into())
            }
            None => Ok(()),
        }
    }

    pub(super) async fn found(&self) -> Result<Found, Cause> {
        const TABLES_THERE: &str = "
            SELECT relname::text FROM pg_class
            WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace";
        let names = self.session.query(TABLES_THERE, &[]).await?;
        let names = names.iter().map(|row| get(row, 0)).collect::<Result<Vec<String>, _>>()?;
        if names.is_empty() {
            return Ok(Found::Empty);
        }
        if let Some(foreign) = Found::foreign(&names) {
            return Ok(foreign);
        }
        let version = schema::version(&self.session).await?;
        // The table of migrations is there before the first of them.
        if version == 0 && names.len() == 1 {
            return Ok(Found::Empty);
        }
        if version != schema::NEWEST {
            return Ok(Found::OtherSchema { found: version, known: schema::NEWEST });
        }
        if names.iter().any(|name| name == UNFINISHED) {
            let begun = format!("SELECT fingerprint FROM {UNFINISHED}");
            return Ok(Found::Unfinished(get(&self.session.query_one(&begun, &[]).await?, 0)?));
        }
        for table in &TABLES {
            let filled = format!("SELECT EXISTS (SELECT FROM {})", table.name);
            if get(&self.session.query_one(&filled, &[]).await?, 0)? {
                return Ok(Found::Filled { table: table.name });
            }
        }
        Ok(Found::Empty)
    }

    /// From now on it is written to. `begun_from`: by a copy that only begins.
    pub(super) async fn fill(&mut self, begun_from: Option<String>) -> Result<(), Cause> {
        let Some(fingerprint) = begun_from else {
            return Ok(());
        };
        schema::bring_up_to_date(&self.pool).await?;
        let tx = self.session.transaction().await?;
        tx.batch_execute(&format!("CREATE TABLE {UNFINISHED} (fingerprint TEXT NOT NULL)")).await?;
        tx.execute(&format!("INSERT INTO {UNFINISHED} VALUES ($1)"), &[&fingerprint]).await?;
        tx.batch_execute(OPEN_CIRCLE).await?;
        Ok(tx.commit().await?)
    }

    pub(super) async fn columns(&self, table: &'static Table) -> Result<Vec<Column>, Cause> {
        const COLUMNS: &str = "
            SELECT attname::text, format_type(atttypid, NULL) FROM pg_attribute
            WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum";
        let found = self.session.query(COLUMNS, &[&table.name]).await?;
        let mut columns = Vec::with_capacity(found.len());
        for row in &found {
            let (name, found): (String, String) = (get(row, 0)?, get(row, 1)?);
            let kind = match found.as_str() {
                "boolean" => Kind::Flag,
                "bigint" => Kind::Integer,
                "integer" => Kind::Small,
                "text" => Kind::Text,
                "bytea" => Kind::Bytes,
                _ => {
                    return Err(CopyRefusal::UnknownType {
                        table: table.name,
                        column: name,
                        found,
                    }
                    .into());
                }
            };
            columns.push(Column { name, kind });
        }
        Ok(columns)
    }

    pub(super) async fn count(&self, table: &'static Table) -> Result<u64, Cause> {
        let count = format!("SELECT count(*) FROM {}", table.name);
        let count: i64 = get(&self.session.query_one(&count, &[]).await?, 0)?;
        Ok(count.unsigned_abs())
    }

    pub(super) async fn rows(
        &self,
        shape: &Shape,
        after: Option<Row>,
        limit: u32,
    ) -> Result<Vec<Row>, Cause> {
        let statement = shape.page(after.is_some(), limit, '$', BY_BYTES);
        self.query(shape, &statement, after.unwrap_or_default()).await
    }

    pub(super) async fn last(&self, shape: &Shape) -> Result<Option<Row>, Cause> {
        Ok(self.query(shape, &shape.last(BY_BYTES), Vec::new()).await?.pop())
    }

    /// Adds rows in one commit.
    pub(super) async fn insert(&mut self, shape: &Shape, rows: Vec<Row>) -> Result<(), Cause> {
        let (table, names) = (shape.table.name, shape.names());
        let arrays = shape.columns.iter().zip(1..);
        let arrays = arrays.map(|(column, number)| format!("${number}::{}[]", sql_type(column)));
        let arrays = arrays.collect::<Vec<_>>().join(", ");
        let insert = format!(
            "INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT * FROM unnest({arrays})"
        );
        let columns = transposed(shape, rows)?;
        let columns: Vec<Value<'_>> = columns.iter().map(|column| &**column as _).collect();
        let tx = self.session.transaction().await?;
        tx.batch_execute(&format!("ALTER TABLE {table} DISABLE TRIGGER USER")).await?;
        tx.execute(&insert, &columns).await?;
        tx.batch_execute(&format!("ALTER TABLE {table} ENABLE TRIGGER USER")).await?;
        Ok(tx.commit().await?)
    }

    /// What belongs to the tables as a whole: numbers go on after those that are there.
    pub(super) async fn complete(&mut self, shapes: &[Shape]) -> Result<(), Cause> {
        let tx = self.session.transaction().await?;
        tx.batch_execute(OPEN_CIRCLE).await?;
        tx.batch_execute(CLOSE_CIRCLE).await?;
        for shape in shapes {
            let (table, key) = (shape.table.name, shape.table.key);
            let is_number = shape.columns.first().is_some_and(|first| first.kind == Kind::Integer);
            if let ([key], true) = (key, is_number) {
                tx.batch_execute(&format!(
                    "SELECT setval(pg_get_serial_sequence('{table}', '{key}'), max({key}))
                     FROM {table} HAVING max({key}) IS NOT NULL"
                ))
                .await?;
            }
        }
        tx.commit().await?;
        let tables = TABLES.map(|table| table.name).join(", ");
        Ok(self.session.batch_execute(&format!("ANALYZE {tables}")).await?)
    }

    /// The target is a store like any other.
    pub(super) async fn finish(&mut self) -> Result<(), Cause> {
        Ok(self.session.batch_execute(&format!("DROP TABLE {UNFINISHED}")).await?)
    }

    async fn query(&self, shape: &Shape, statement: &str, after: Row) -> Result<Vec<Row>, Cause> {
        let values = key(shape, after)?;
        let values: Vec<Value<'_>> = values.iter().map(|value| &**value as _).collect();
        let found = self.session.query(statement, &values).await?;
        found.iter().map(|row| read(row, shape)).collect()
    }
}
