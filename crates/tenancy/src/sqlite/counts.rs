//! Totals of a list, without counting its rows.
//!
//! Triggers keep a counter for each tenant, model and status of the listed tasks. A total is the
//! counters that match, less the few rows that are too old and were not aged out yet.

use rusqlite::{Connection, params};
use seedance_model::{Model, TaskQuery, TaskStatus};

use super::columns::unsigned;
use crate::error::Cause;
use crate::{TenantId, UnixMillis};

pub(super) const COUNTED: &str = "
    SELECT coalesce(sum(tasks), 0) FROM listed_counts
    WHERE tenant_id = ?1 AND (?2 IS NULL OR model = ?2) AND (?3 IS NULL OR status = ?3)";

pub(super) const OVERDUE: &str = "
    SELECT count(*) FROM tasks INDEXED BY tasks_listed
    WHERE tenant_id = ?1 AND listed = 1 AND created_at < ?2";

pub(super) const OVERDUE_OF_KIND: &str = "
    SELECT count(*) FROM tasks INDEXED BY tasks_listed_by_kind
    WHERE tenant_id = ?1 AND model = ?3 AND status = ?4 AND listed = 1 AND created_at < ?2";

/// How many listed tasks match the query's model and status and were created since `cutoff`.
/// `kinds` are the pairs that the query selects; none of them means all tasks.
pub(super) fn total(
    tx: &Connection,
    tenant: TenantId,
    query: &TaskQuery,
    kinds: &[(Model, TaskStatus)],
    cutoff: UnixMillis,
) -> Result<u64, Cause> {
    let model = query.model.map(Model::name);
    let status = query.status.map(TaskStatus::name);
    let counted = tx
        .prepare_cached(COUNTED)?
        .query_row(params![tenant.0, model, status], |row| unsigned(row, 0))?;
    Ok(counted.saturating_sub(overdue(tx, tenant, kinds, cutoff)?))
}

fn overdue(
    tx: &Connection,
    tenant: TenantId,
    kinds: &[(Model, TaskStatus)],
    cutoff: UnixMillis,
) -> Result<u64, Cause> {
    if kinds.is_empty() {
        let mut statement = tx.prepare_cached(OVERDUE)?;
        return Ok(statement.query_row([tenant.0, cutoff.0], |row| unsigned(row, 0))?);
    }
    let mut statement = tx.prepare_cached(OVERDUE_OF_KIND)?;
    let mut sum = 0;
    for (model, status) in kinds {
        let range = params![tenant.0, cutoff.0, model.name(), status.name()];
        sum += statement.query_row(range, |row| unsigned(row, 0))?;
    }
    Ok(sum)
}
