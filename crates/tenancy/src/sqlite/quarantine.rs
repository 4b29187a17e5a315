//! Statements that show the quarantine, and let a task out. What goes in is in `settling`.

use rusqlite::{Connection, OptionalExtension, Row, params};
use seedance_model::TaskId;

use super::columns::{model, task_id, tenant_name, time};
use super::tasks::task;
use super::{audit_log, settling};
use crate::error::Cause;
use crate::quarantine::Decision;
use crate::{Quarantined, SettlementState, Task, UnixMillis};

/// Platform side: an operator looks at all tenants.
pub(super) const LIST: &str = "
    SELECT task_id, name, model, tariff, reason, usage, quarantined_at
    FROM quarantine q INDEXED BY quarantine_open
    CROSS JOIN tasks ON seq = task_seq
    CROSS JOIN tenants ON tenants.tenant_id = q.tenant_id
    WHERE resolved_at IS NULL
    ORDER BY task_seq LIMIT ?1";

/// Platform side, in the order of a task's columns.
pub(super) const FIND: &str = "
    SELECT task_id, model, status, has_video, upstream, tariff, created_at, refreshed_at,
           settlement, body, tenant_id, seal
    FROM tasks WHERE task_id = ?1 AND settlement = 'quarantined'";

/// Platform side: an operator decided. No row: the task is not in quarantine.
pub(super) const LET_OUT: &str = "
    UPDATE tasks SET settlement = ?2 WHERE task_id = ?1 AND settlement = 'quarantined'
    RETURNING seq";

/// Platform side.
pub(super) const RESOLVE: &str = "UPDATE quarantine SET resolved_at = ?2 WHERE task_seq = ?1";

pub(crate) fn list(tx: &Connection, limit: u32) -> Result<Vec<Quarantined>, Cause> {
    let mut statement = tx.prepare_cached(LIST)?;
    let tasks = statement.query_map([limit], quarantined)?;
    Ok(tasks.collect::<rusqlite::Result<_>>()?)
}

/// The task, held against its seal: nothing is priced on the word of a damaged row.
pub(crate) fn find(tx: &Connection, id: &TaskId) -> Result<Option<Task>, Cause> {
    let mut statement = tx.prepare_cached(FIND)?;
    Ok(statement.query_row([id.as_str()], task).optional()?)
}

pub(crate) fn resolve(
    tx: &Connection,
    decision: &Decision,
    now: UnixMillis,
) -> Result<bool, Cause> {
    let Decision { task, charge, actor, reason } = decision;
    let state = if charge.is_some() { SettlementState::Charged } else { SettlementState::Free };
    let Some(seq) = let_out(tx, task, state)? else {
        return Ok(false);
    };
    tx.prepare_cached(RESOLVE)?.execute([seq, now.0])?;
    if let Some(entry) = charge {
        settling::charge(tx, seq, entry, now)?;
    }
    let detail = format!("{}: {reason}", state.name());
    audit_log::record(tx, actor, "resolve-quarantine", task.as_str(), &detail, now)?;
    Ok(true)
}

/// The `seq` of the task, if it was in quarantine.
fn let_out(tx: &Connection, task: &TaskId, state: SettlementState) -> Result<Option<i64>, Cause> {
    let mut statement = tx.prepare_cached(LET_OUT)?;
    let found = statement.query_row(params![task.as_str(), state.name()], |row| row.get(0));
    Ok(found.optional()?)
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
