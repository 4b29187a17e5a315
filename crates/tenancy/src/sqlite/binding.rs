//! Binding: the one transaction in which a bought task becomes its tenant's.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};
use seedance_model::TaskId;

use super::seal::Sealed;
use super::{audit_log, intents};
use crate::error::Cause;
use crate::{Actor, Binding, Intent, IntentId, IntentState, NewTask, UnixMillis};

/// Platform side: an id of a task is unique over all tenants.
pub(super) const IS_TAKEN: &str = "SELECT 1 FROM tasks WHERE task_id = ?1";

/// With values, because SQLite puts the rows of a query aside first where a table has triggers.
pub(super) const INSERT_TASK: &str = "
    INSERT INTO tasks (
        tenant_id, task_id, intent_id, upstream, model, status, has_video, tariff, created_at,
        refreshed_at, next_check_at, listed, live, settlement, body, seal
    ) VALUES (?1, ?2, ?3, ?4, ?5, 'queued', ?6, ?7, ?8, ?9, ?10, 1, 1, 'open', ?11, ?12)";

/// Platform side. A key that was released when the intent was abandoned stays released.
pub(super) const CLOSE_INTENT: &str = "
    UPDATE intents SET state = ?2, task_seq = ?3, changed_at = ?4 WHERE intent_id = ?1";

pub(crate) fn bind(
    tx: &Connection,
    id: IntentId,
    task: &NewTask,
    now: UnixMillis,
) -> Result<Binding, Cause> {
    let Some(intent) = intents::find_anyones(tx, id)? else {
        return Ok(Binding::NoSuchIntent);
    };
    if let Some(bound) = intent.task {
        return Ok(if bound == task.id {
            Binding::AlreadyBound
        } else {
            Binding::IntentTaken(bound)
        });
    }
    let state = match intent.state {
        IntentState::Refused => return Ok(Binding::IntentRefused),
        IntentState::Sent => IntentState::Bound,
        IntentState::Unknown | IntentState::Abandoned => IntentState::Adopted,
        IntentState::Bound | IntentState::Adopted => {
            unreachable!("the schema gives every such intent a task")
        }
    };
    if is_taken(tx, &task.id)? {
        return Ok(Binding::TaskTaken);
    }
    let seq = insert_task(tx, &intent, task, now)?;
    let mut statement = tx.prepare_cached(CLOSE_INTENT)?;
    statement.execute(params![id.0, state.name(), seq, now.0])?;
    Ok(Binding::Bound)
}

/// Binds by hand: the sender of the intent is gone, and so it is adopted even if it was `sent`.
pub(crate) fn adopt(
    tx: &Connection,
    id: IntentId,
    task: &NewTask,
    actor: &Actor,
    now: UnixMillis,
) -> Result<Binding, Cause> {
    intents::mark_unknown(tx, id, now)?;
    let binding = bind(tx, id, task, now)?;
    if binding == Binding::Bound {
        let subject = format!("intent {id}");
        audit_log::record(tx, actor, "adopt-intent", &subject, task.id.as_str(), now)?;
    }
    Ok(binding)
}

/// Those of the tasks that are somebody's.
pub(crate) fn known(tx: &Connection, ids: Vec<TaskId>) -> Result<BTreeSet<TaskId>, Cause> {
    let mut known = BTreeSet::new();
    for id in ids {
        if is_taken(tx, &id)? {
            known.insert(id);
        }
    }
    Ok(known)
}

fn is_taken(tx: &Connection, id: &TaskId) -> Result<bool, Cause> {
    let mut statement = tx.prepare_cached(IS_TAKEN)?;
    let found = statement.query_row([id.as_str()], |_| Ok(())).optional()?;
    Ok(found.is_some())
}

/// Inserts the task and answers its `seq`. The owner and the terms are those of the intent, so nobody
/// can bind to another tenant.
fn insert_task(
    tx: &Connection,
    intent: &Intent,
    task: &NewTask,
    now: UnixMillis,
) -> Result<i64, Cause> {
    let mut statement = tx.prepare_cached(INSERT_TASK)?;
    Ok(statement.insert(params![
        intent.tenant.0,
        task.id.as_str(),
        intent.id.0,
        intent.upstream,
        intent.model.name(),
        intent.has_video,
        intent.tariff,
        intent.opened_at.0,
        now.0,
        task.next_check_at.0,
        task.body,
        Sealed::new_task(intent, task).seal(),
    ])?)
}
