//! A store read from end to end: its contents, and whether a server can hold them.

use super::Progress;
use super::contents::{Checksum, Contents};
use super::refusal::CopyRefusal;
use super::side::Side;
use super::tables::{Shape, TABLES};
use super::value::{Row, Value};
use crate::error::Cause;

/// Everything that a side holds. `for_server`: what a server cannot hold is refused.
pub(super) async fn read(
    side: &Side,
    batch: u32,
    for_server: bool,
    progress: Progress<'_>,
) -> Result<Contents, Cause> {
    let (mut tables, mut done) = (Vec::with_capacity(TABLES.len()), 0);
    for table in &TABLES {
        let shape = side.shape(table).await?;
        let mut checksum = Checksum::of(&shape);
        let mut rows = side.rows(&shape, None, batch).await?;
        while let Some(last) = rows.last() {
            for row in &rows {
                checksum.add(row);
                if for_server {
                    check_texts(&shape, row)?;
                }
            }
            done += rows.len() as u64;
            progress(done);
            rows = side.rows(&shape, Some(key(&shape, last)), batch).await?;
        }
        tables.push(checksum.sum());
    }
    Ok(Contents::of(tables))
}

/// PostgreSQL holds every text but those with a NUL character.
fn check_texts(shape: &Shape, row: &Row) -> Result<(), CopyRefusal> {
    let nul = |value: &Value| matches!(value, Value::Text(text) if text.contains('\0'));
    let Some((_, column)) = row.iter().zip(&shape.columns).find(|(value, _)| nul(value)) else {
        return Ok(());
    };
    let (table, column) = (shape.table.name, column.name.clone());
    let key = row.first().map(Value::to_string).unwrap_or_default();
    Err(CopyRefusal::Unstorable { table, column, key, what: "a NUL character" })
}

/// The key of a row.
pub(super) fn key(shape: &Shape, row: &Row) -> Row {
    row.iter().take(shape.table.key.len()).cloned().collect()
}
