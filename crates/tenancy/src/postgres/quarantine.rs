//! Statements that show the quarantine, and let a task out. What goes in is in `settling`.

use seedance_model::TaskId;
use tokio_postgres::Row;

use super::columns::{get, model, task_id, tenant_name, time};
use super::tasks::task;
use super::{Tx, audit_log, settling};
use crate::error::Cause;
use crate::quarantine::Decision;
use crate::{Quarantined, SettlementState, Task, UnixMillis};

/// Platform side: an operator looks at all tenants.
pub(super) const LIST: &str = "
    SELECT task_id, name, model, tariff, reason, usage, quarantined_at
    FROM quarantine q
    JOIN tasks ON seq = task_seq
    JOIN tenants ON tenants.tenant_id = q.tenant_id
    WHERE resolved_at IS NULL
    ORDER BY task_seq LIMIT $1";

/// Platform side, in the order of a task's columns.
pub(super) const FIND: &str = "
    SELECT task_id, model, status, has_video, upstream, tariff, created_at, refreshed_at,
           settlement, body
    FROM tasks WHERE task_id = $1 AND settlement = 'quarantined'";

/// Platform side: an operator decided. No row: the task is not in quarantine.
pub(super) const LET_OUT: &str = "
    UPDATE tasks SET settlement = $2 WHERE task_id = $1 AND settlement = 'quarantined'
    RETURNING seq";

/// Platform side.
pub(super) const RESOLVE: &str = "UPDATE quarantine SET resolved_at = $2 WHERE task_seq = $1";

pub(crate) async fn list(tx: &Tx, limit: u32) -> Result<Vec<Quarantined>, Cause> {
    tx.rows(LIST, &[&i64::from(limit)]).await?.iter().map(quarantined).collect()
}

pub(crate) async fn find(tx: &Tx, id: &TaskId) -> Result<Option<Task>, Cause> {
    tx.row(FIND, &[&id.as_str()]).await?.as_ref().map(task).transpose()
}

pub(crate) async fn resolve(tx: &Tx, decision: &Decision, now: UnixMillis) -> Result<bool, Cause> {
    let Decision { task, charge, actor, reason } = decision;
    let state = if charge.is_some() { SettlementState::Charged } else { SettlementState::Free };
    let Some(row) = tx.row(LET_OUT, &[&task.as_str(), &state.name()]).await? else {
        return Ok(false);
    };
    let seq: i64 = get(&row, 0)?;
    tx.execute(RESOLVE, &[&seq, &now.0]).await?;
    if let Some(entry) = charge {
        settling::charge(tx, seq, entry, now).await?;
    }
    let detail = format!("{}: {reason}", state.name());
    audit_log::record(tx, actor, "resolve-quarantine", task.as_str(), &detail, now).await?;
    Ok(true)
}

fn quarantined(row: &Row) -> Result<Quarantined, Cause> {
    Ok(Quarantined {
        task: task_id(row, 0)?,
        tenant: tenant_name(row, 1)?,
        model: model(row, 2)?,
        tariff: get(row, 3)?,
        reason: get(row, 4)?,
        usage: get(row, 5)?,
        quarantined_at: time(row, 6)?,
    })
}
