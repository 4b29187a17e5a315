//! Statements about the audit log.

use rusqlite::{Connection, Row, params};

use super::columns::time;
use crate::error::Cause;
use crate::{Actor, AuditRecord, UnixMillis};

pub(super) const RECORD: &str = "
    INSERT INTO audit_log (at, actor, action, subject, detail, request_id)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

pub(super) const PAGE: &str = "
    SELECT record_id, at, actor, action, subject, detail, request_id FROM audit_log
    WHERE record_id > ?1 ORDER BY record_id LIMIT ?2";

pub(crate) fn record(
    tx: &Connection,
    actor: &Actor,
    action: &str,
    subject: &str,
    detail: &str,
    now: UnixMillis,
) -> Result<(), Cause> {
    let mut statement = tx.prepare_cached(RECORD)?;
    statement.execute(params![now.0, actor.name(), action, subject, detail, actor.request()])?;
    Ok(())
}

pub(crate) fn page(
    tx: &Connection,
    after: Option<i64>,
    limit: u32,
) -> Result<Vec<AuditRecord>, Cause> {
    let mut statement = tx.prepare_cached(PAGE)?;
    let records = statement.query_map(params![after.unwrap_or(0), limit], one)?;
    Ok(records.collect::<rusqlite::Result<_>>()?)
}

fn one(row: &Row<'_>) -> rusqlite::Result<AuditRecord> {
    Ok(AuditRecord {
        record_id: row.get(0)?,
        at: time(row, 1)?,
        actor: row.get(2)?,
        action: row.get(3)?,
        subject: row.get(4)?,
        detail: row.get(5)?,
        request_id: row.get(6)?,
    })
}
