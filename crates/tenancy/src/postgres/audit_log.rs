//! Statements about the audit log.

use tokio_postgres::Row;

use super::Tx;
use super::columns::{get, time};
use crate::error::Cause;
use crate::{AuditRecord, UnixMillis};

/// Platform side. The record is numbered by a trigger.
pub(super) const RECORD: &str = "
    INSERT INTO audit_log (at, actor, action, subject, detail) VALUES ($1, $2, $3, $4, $5)";

pub(super) const PAGE: &str = "
    SELECT record_id, at, actor, action, subject, detail FROM audit_log
    WHERE record_id > $1 ORDER BY record_id LIMIT $2";

pub(crate) async fn record(
    tx: &Tx,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &str,
    now: UnixMillis,
) -> Result<(), Cause> {
    tx.execute(RECORD, &[&now.0, &actor, &action, &subject, &detail]).await?;
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
    })
}
