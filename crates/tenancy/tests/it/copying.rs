//! Copies of whole stores, and backups: from real stores into real stores.

mod backup;
mod filling;
mod held;
mod interrupted;
#[cfg(feature = "postgres")]
mod on_servers;
mod refused;
mod round_trip;

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;
use tenancy::{Contents, Error, Filled, StoreCopy};

/// Copies to the end, in commits of so many rows.
pub(crate) async fn copy(from: &str, to: &str, batch: u32) -> Result<(Filled, Contents), Error> {
    let mut copy = StoreCopy::open(from, to, batch).await?;
    let contents = copy.read_source(&mut |_| ()).await?;
    assert_eq!(contents.rows(), copy.count().await?);
    let filled = copy.fill(&contents, &mut |_| ()).await?;
    assert_eq!(copy.read_target(&mut |_| ()).await?, contents);
    match filled {
        Filled::Now { .. } => copy.finish().await?,
        Filled::Before => copy.close().await,
    }
    Ok((filled, contents))
}

pub(crate) fn url_of(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

/// Why it went wrong.
pub(crate) fn reason(error: &Error) -> String {
    std::error::Error::source(error).unwrap().to_string()
}

/// Every row of a file, table by table, as SQLite shows it.
pub(crate) fn rows_of_file(path: &Path) -> BTreeMap<String, Vec<String>> {
    let file = Connection::open(path).unwrap();
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
    let names: Vec<String> = texts(&file, names);
    let mut tables = BTreeMap::new();
    for name in names.into_iter().filter(|name| name != "refinery_schema_history") {
        let columns =
            format!("SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('{name}')");
        let columns = texts(&file, &columns).join(" || ',' || ");
        tables.insert(
            name.clone(),
            texts(&file, &format!("SELECT {columns} FROM {name} ORDER BY 1")),
        );
    }
    tables
}

pub(crate) fn texts(file: &Connection, query: &str) -> Vec<String> {
    let mut statement = file.prepare(query).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The tables that a copy knows.
pub(crate) fn tables(contents: &Contents) -> Vec<&str> {
    contents.tables().iter().map(|table| table.table).collect()
}
