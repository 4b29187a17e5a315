//! Rows as copies of a real one, so that no column can be forgotten: only what must differ is said.

use rusqlite::Connection;

/// Copies of one row of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Copies<'a> {
    pub(crate) table: &'a str,
    /// Which row is copied, as a condition.
    pub(crate) of: &'a str,
    /// What the copies are numbered by: a query with one column `n`.
    pub(crate) numbers: &'a str,
    /// Columns that are not copied, each with an expression, which may use `n`.
    pub(crate) but: &'a [(&'a str, &'a str)],
}

impl Copies<'_> {
    /// Inserts them in one statement.
    pub(crate) fn insert(&self, connection: &Connection) -> rusqlite::Result<usize> {
        let Self { table, of, numbers, .. } = self;
        let columns = columns(connection, table)?;
        let values: Vec<&str> = columns.iter().map(|column| self.value(column)).collect();
        let (columns, values) = (columns.join(", "), values.join(", "));
        let statement = format!(
            "WITH RECURSIVE numbers (n) AS ({numbers}), template AS (SELECT * FROM {table} WHERE {of})
             INSERT INTO {table} ({columns}) SELECT {values} FROM numbers, template"
        );
        connection.execute(&statement, [])
    }

    fn value<'a>(&'a self, column: &'a str) -> &'a str {
        let other = self.but.iter().find(|(name, _)| *name == column);
        other.map_or(column, |(_, expression)| expression)
    }
}

fn columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
    statement.query_map([table], |row| row.get(0))?.collect()
}
