//! The statement that shows the quarantine. What goes in is in `settling`.

use rusqlite::{Connection, Row};

use super::columns::{model, task_id, tenant_name, time};
use crate::Quarantined;
use crate::error::Cause;

/// Platform side: an operator looks at all tenants.
pub(super) const LIST: &str = "
    SELECT task_id, name, model, tariff, reason, usage, quarantined_at
    FROM quarantine q
    CROSS JOIN tasks ON seq = task_seq
    CROSS JOIN tenants ON tenants.tenant_id = q.tenant_id
    ORDER BY task_seq LIMIT ?1";

pub(crate) fn list(tx: &Connection, limit: u32) -> Result<Vec<Quarantined>, Cause> {
    let mut statement = tx.prepare_cached(LIST)?;
    let tasks = statement.query_map([limit], quarantined)?;
    Ok(tasks.collect::<rusqlite::Result<_>>()?)
}

fn quarantined(row: &Row<'_>) -> rusqlite::Result<Quarantined> {
    Ok(Quarantined {
        task: task_id(row, 0)?,
        tenant: tenant_name(row, 1)?,
        model: model(row, 2)?,
        tariff: row.get(3)?,
        reason: row.get(4)?,
        usage: row.get(5)?,
        quarantined_at: time(row, 6)?,
    })
}
