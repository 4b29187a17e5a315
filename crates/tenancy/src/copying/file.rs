//! A side of a copy that is a file.
//!
//! A source is held by a transaction that may write and does not: everybody else reads on, and
//! whoever wants to write hears "busy". A target's connection runs no triggers, because what they
//! would do was done in the source.

use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode};

use super::found::Found;
use super::refusal::CopyRefusal;
use super::seals;
use super::tables::{Column, Kind, Shape, TABLES, Table, UNFINISHED};
use super::thread::Thread;
use super::value::{Row, Value};
use crate::ServerLock;
use crate::error::Cause;
use crate::sqlite::{audit, opening, schema};
use crate::store::Finished;

/// A file that nobody else serves or copies.
#[derive(Debug)]
pub(super) struct FileSide {
    path: PathBuf,
    /// `None`: the target is not there yet.
    connection: Option<Thread>,
    _lock: ServerLock,
}

impl FileSide {
    /// Holds a source as it is now.
    pub(super) async fn source(path: PathBuf) -> Result<Self, Cause> {
        if !path.exists() {
            return Err(CopyRefusal::NoSource { path }.into());
        }
        let lock = lock(&path, "source")?;
        let connection = Thread::start({
            let path = path.clone();
            move || hold(&path)
        });
        Ok(Self { path, connection: Some(connection.await?), _lock: lock })
    }

    /// Looks at a target without changing it.
    pub(super) async fn target(path: PathBuf) -> Result<Self, Cause> {
        let lock = lock(&path, "target")?;
        let connection = if path.exists() {
            let path = path.clone();
            Some(Thread::start(move || opening::for_holding(&path)).await?)
        } else {
            None
        };
        Ok(Self { path, connection, _lock: lock })
    }

    pub(super) async fn found(&self) -> Result<Found, Cause> {
        if self.connection.is_none() {
            Ok(Found::Empty)
        } else {
            self.run(|file| found(file)).await
        }
    }

    /// From now on it is written to. `begun_from`: by a copy that only begins.
    pub(super) async fn fill(&mut self, begun_from: Option<String>) -> Result<(), Cause> {
        let path = self.path.clone();
        if let Some(reader) = self.connection.take() {
            reader.close().await;
        }
        self.connection = Some(Thread::start(move || for_filling(&path, begun_from)).await?);
        Ok(())
    }

    pub(super) async fn columns(&self, table: &'static Table) -> Result<Vec<Column>, Cause> {
        self.run(move |file| columns(file, table)).await
    }

    pub(super) async fn count(&self, table: &'static Table) -> Result<u64, Cause> {
        let count = format!("SELECT count(*) FROM {}", table.name);
        let count: i64 =
            self.run(move |file| Ok(file.query_row(&count, [], |r| r.get(0))?)).await?;
        Ok(count.unsigned_abs())
    }

    pub(super) async fn rows(
        &self,
        shape: &Shape,
        after: Option<Row>,
        limit: u32,
    ) -> Result<Vec<Row>, Cause> {
        let statement = shape.page(after.is_some(), limit, '?', "");
        self.query(shape, statement, after.unwrap_or_default()).await
    }

    pub(super) async fn last(&self, shape: &Shape) -> Result<Option<Row>, Cause> {
        Ok(self.query(shape, shape.last(""), Vec::new()).await?.pop())
    }

    /// Adds rows in one commit.
    pub(super) async fn insert(&self, shape: &Shape, rows: Vec<Row>) -> Result<(), Cause> {
        let (shape, seal) = (shape.clone(), seals::column(shape));
        let insert = insert_statement(&shape, seal);
        self.run(move |file| {
            let tx = file.transaction()?;
            for mut row in rows {
                if seal.is_some() {
                    let seal = seals::seal(&shape, &row)?;
                    row.push(Value::Integer(seal.into()));
                }
                tx.prepare_cached(&insert)?.execute(rusqlite::params_from_iter(&row))?;
            }
            Ok(tx.commit()?)
        })
        .await
    }

    /// The target is a store like any other.
    pub(super) async fn finish(&mut self) -> Result<(), Cause> {
        let drop = format!("DROP TABLE {UNFINISHED}");
        self.run(move |file| Ok(file.execute_batch(&drop)?)).await
    }

    /// Gives the file free, and waits until it is.
    pub(super) async fn close(mut self) {
        if let Some(connection) = self.connection.take() {
            connection.close().await;
        }
    }

    async fn query(&self, shape: &Shape, statement: String, key: Row) -> Result<Vec<Row>, Cause> {
        let shape = shape.clone();
        self.run(move |file| {
            let mut statement = file.prepare_cached(&statement)?;
            let mut found = statement.query(rusqlite::params_from_iter(&key))?;
            let mut rows = Vec::new();
            while let Some(row) = found.next()? {
                rows.push(read(row, &shape)?);
            }
            Ok(rows)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, Cause> + Send + 'static,
    ) -> Result<T, Cause> {
        self.connection.as_ref().ok_or(Cause::Closed)?.run(work).await
    }
}

fn lock(path: &Path, side: &'static str) -> Result<ServerLock, Cause> {
    match ServerLock::take(path) {
        Err(Cause::Locked { .. }) => Err(CopyRefusal::Served { side }.into()),
        taken => taken,
    }
}

/// One moment of the file, in which nobody else writes.
fn hold(path: &Path) -> Result<Connection, Cause> {
    let file = opening::for_holding(path)?;
    found(&file)?.check_source()?;
    if let Some(found) = audit::damage(&file)? {
        return Err(Cause::Damaged { found });
    }
    match file.execute_batch("BEGIN IMMEDIATE") {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
            Err(CopyRefusal::Written.into())
        }
        begun => Ok(begun.map(|()| file)?),
    }
}

fn insert_statement(shape: &Shape, seal: Option<&str>) -> String {
    let (table, names) = (shape.table.name, shape.names());
    let (seal, more) = seal.map_or((String::new(), 0), |seal| (format!(", {seal}"), 1));
    let values = (1..=shape.columns.len() + more).map(|number| format!("?{number}"));
    let values = values.collect::<Vec<_>>().join(", ");
    format!("INSERT INTO {table} ({names}{seal}) VALUES ({values})")
}

fn for_filling(path: &Path, begun_from: Option<String>) -> Result<Connection, Cause> {
    let mut file = opening::for_writing(path, Finished::Whatever)?;
    file.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    if let Some(fingerprint) = begun_from {
        let tx = file.transaction()?;
        let create = format!("CREATE TABLE {UNFINISHED} (fingerprint TEXT NOT NULL) STRICT");
        tx.execute_batch(&create)?;
        tx.execute(&format!("INSERT INTO {UNFINISHED} VALUES (?1)"), [fingerprint])?;
        tx.commit()?;
    }
    Ok(file)
}

fn found(file: &Connection) -> Result<Found, Cause> {
    const TABLES_THERE: &str = "
        SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let mut statement = file.prepare(TABLES_THERE)?;
    let names = statement.query_map([], |row| row.get(0))?;
    let names: Vec<String> = names.collect::<rusqlite::Result<_>>()?;
    let has = |table: &str| names.iter().any(|name| name == table);
    if names.is_empty() {
        return Ok(Found::Empty);
    }
    if let Some(foreign) = Found::foreign(&names) {
        return Ok(foreign);
    }
    let version = schema::version(file)?;
    // The table of migrations is there before the first of them.
    if version == 0 && names.len() == 1 {
        return Ok(Found::Empty);
    }
    if version != schema::NEWEST {
        return Ok(Found::OtherSchema { found: version, known: schema::NEWEST });
    }
    if has(UNFINISHED) {
        let begun = format!("SELECT fingerprint FROM {UNFINISHED}");
        return Ok(Found::Unfinished(file.query_row(&begun, [], |row| row.get(0))?));
    }
    for table in &TABLES {
        let filled = format!("SELECT EXISTS (SELECT 1 FROM {})", table.name);
        if file.query_row(&filled, [], |row| row.get(0))? {
            return Ok(Found::Filled { table: table.name });
        }
    }
    Ok(Found::Empty)
}

fn columns(file: &Connection, table: &'static Table) -> Result<Vec<Column>, Cause> {
    let mut statement =
        file.prepare("SELECT name, type FROM pragma_table_info(?1) ORDER BY cid")?;
    let found = statement.query_map([table.name], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut columns = Vec::new();
    for column in found {
        let (name, found): (String, String) = column?;
        let kind = match found.as_str() {
            "INTEGER" => Kind::Integer,
            "TEXT" => Kind::Text,
            "BLOB" => Kind::Bytes,
            _ => {
                return Err(
                    CopyRefusal::UnknownType { table: table.name, column: name, found }.into()
                );
            }
        };
        columns.push(Column { name, kind });
    }
    Ok(columns)
}

fn read(row: &rusqlite::Row<'_>, shape: &Shape) -> Result<Row, Cause> {
    let mut values = Vec::with_capacity(shape.columns.len());
    for (number, column) in shape.columns.iter().enumerate() {
        values.push(match row.get_ref(number)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(value) => Value::Integer(value),
            ValueRef::Blob(bytes) => Value::Bytes(bytes.to_owned()),
            ValueRef::Text(bytes) => match String::from_utf8(bytes.to_owned()) {
                Ok(text) => Value::Text(text),
                Err(_) => return Err(unstorable(&values, shape, column, "text that is no UTF-8")),
            },
            // The tables are STRICT, and none has such a column.
            ValueRef::Real(_) => return Err(unstorable(&values, shape, column, "a fraction")),
        });
    }
    Ok(values)
}

/// The key comes first in each table, so it was read before.
fn unstorable(row: &[Value], shape: &Shape, column: &Column, what: &'static str) -> Cause {
    let key = row.first().map(Value::to_string).unwrap_or_default();
    let (table, column) = (shape.table.name, column.name.clone());
    CopyRefusal::Unstorable { table, column, key, what }.into()
}
