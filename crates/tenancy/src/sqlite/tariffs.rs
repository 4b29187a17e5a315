//! Statements about tariffs.

use rusqlite::{Connection, OptionalExtension, params};

use crate::UnixMillis;
use crate::error::Cause;

const RECORD: &str = "
    INSERT INTO tariffs (version, document, recorded_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (version) DO NOTHING";

const DOCUMENT: &str = "SELECT document FROM tariffs WHERE version = ?1";

pub(crate) fn record(
    tx: &Connection,
    version: &str,
    document: &str,
    now: UnixMillis,
) -> Result<(), Cause> {
    let mut statement = tx.prepare_cached(RECORD)?;
    statement.execute(params![version, document, now.0])?;
    if self::document(tx, version)?.as_deref() == Some(document) {
        Ok(())
    } else {
        let version = version.to_owned();
        Err(Cause::OtherTariff { version })
    }
}

pub(crate) fn document(tx: &Connection, version: &str) -> Result<Option<String>, Cause> {
    let mut statement = tx.prepare_cached(DOCUMENT)?;
    Ok(statement.query_row([version], |row| row.get(0)).optional()?)
}
