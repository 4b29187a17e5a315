//! Statements about the audit log.

use tokio_postgres::Row;

use super::columns::{get, time};
use super::{Tx, Value};
use crate::error::Cause;
use crate::{Actor, AuditRecord, UnixMillis};

/// Platform side. The record is numbered by a trigger.
pub(super) const RECORD: &str = "
    INSERT INTO audit_log (at, actor, action, subject, detail, request_id)
    VALUES ($1, $2, $3, $4, $5, $6)";

pub(super) const PAGE: &str = "
    SELECT record_id, at, actor, action, subject, detail, request_id FROM audit_log
    WHERE record_id > $1 ORDER BY record_id LIMIT $2";

pub(crate) async fn record(
    tx: &Tx,
    actor: &Actor,
    action: &str,
    subject: &str,
    detail: &str,
    now: UnixMillis,
) -> Result<(), Cause> {
    let row: [Value<'_>; 6] = [&now.0, &actor.name(), &action, &subject, &detail, &actor.request()];
    tx.execute(RECORD, &row).await?;
    Ok(())
}

pub(crate) async fn page(
    tx: &Tx,
    after: Option<i64>,
    limit: u32,
) -> Result<Vec<AuditRecord>, Cause> {
    let page = tx.rows(PAGE, &[&after.unwrap_or(0), &i64::from(limit)]).await?;
    page.iter().map(one).collect()
}

fn one(row: &Row) -> Result<AuditRecord, Cause> {
    Ok(AuditRecord {
        record_id: get(row, 0)?,
        at: time(row, 1)?,
        actor: get(row, 2)?,
        action: get(row, 3)?,
        subject: get(row, 4)?,
        detail: get(row, 5)?,
        request_id: get(row, 6)?,
    })
}
