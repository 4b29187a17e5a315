//! Binding: the one transaction in which a bought task becomes its tenant's.

use std::collections::BTreeSet;

use seedance_model::TaskId;

use super::columns::{get, task_id};
use super::{Tx, Value, audit_log, intents};
use crate::error::Cause;
use crate::{Actor, Binding, IntentId, IntentState, NewTask, UnixMillis};

/// Platform side: an id of a task is unique over all tenants.
pub(super) const KNOWN: &str = "SELECT task_id FROM tasks WHERE task_id = ANY($1)";

/// The owner and the terms come out of the intent, so nobody can bind to another tenant. No row:
/// the id is taken. No index is named for that: the id is in two of them, and a racing writer can
/// be met at either.
pub(super) const INSERT_TASK: &str = "
    INSERT INTO tasks (
        task_id, tenant_id, intent_id, upstream, model, status, has_video, tariff, created_at,
        refreshed_at, next_check_at, listed, live, settlement, body
    )
    SELECT $2::text, tenant_id, intent_id, upstream, model, 'queued', has_video, tariff,
           opened_at, $3::int8, $4::int8, true, true, 'open', $5::bytea
    FROM intents WHERE intent_id = $1
    ON CONFLICT DO NOTHING RETURNING seq";

/// Platform side. A key that was released when the intent was abandoned stays released.
pub(super) const CLOSE_INTENT: &str = "
    UPDATE intents SET state = $2, task_seq = $3, changed_at = $4 WHERE intent_id = $1";

pub(crate) async fn bind(
    tx: &Tx,
    id: IntentId,
    task: &NewTask,
    now: UnixMillis,
) -> Result<Binding, Cause> {
    let Some(intent) = intents::find_anyones(tx, id).await? else {
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
    let Some(seq) = insert_task(tx, id, task, now).await? else {
        return Ok(Binding::TaskTaken);
    };
    tx.execute(CLOSE_INTENT, &[&id.0, &state.name(), &seq, &now.0]).await?;
    Ok(Binding::Bound)
}

/// Binds by hand: the sender of the intent is gone, and so it is adopted even if it was `sent`.
pub(crate) async fn adopt(
    tx: &Tx,
    id: IntentId,
    task: &NewTask,
    actor: &Actor,
    now: UnixMillis,
) -> Result<Binding, Cause> {
    intents::mark_unknown(tx, id, now).await?;
    let binding = bind(tx, id, task, now).await?;
    if binding == Binding::Bound {
        let subject = format!("intent {id}");
        audit_log::record(tx, actor, "adopt-intent", &subject, task.id.as_str(), now).await?;
    }
    Ok(binding)
}

/// Those of the tasks that are somebody's.
pub(crate) async fn known(tx: &Tx, ids: Vec<TaskId>) -> Result<BTreeSet<TaskId>, Cause> {
    let ids: Vec<&str> = ids.iter().map(TaskId::as_str).collect();
    tx.rows(KNOWN, &[&ids]).await?.iter().map(|row| task_id(row, 0)).collect()
}

/// Inserts the task and answers its `seq`. `None`: the id is taken.
async fn insert_task(
    tx: &Tx,
    id: IntentId,
    task: &NewTask,
    now: UnixMillis,
) -> Result<Option<i64>, Cause> {
    let row: [Value<'_>; 5] = [&id.0, &task.id.as_str(), &now.0, &task.next_check_at.0, &task.body];
    tx.row(INSERT_TASK, &row).await?.as_ref().map(|row| get(row, 0)).transpose()
}
