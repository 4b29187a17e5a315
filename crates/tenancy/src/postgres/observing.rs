//! Transitions: what an observation does to a task, and the charge that goes with success.
//!
//! All of it runs in one transaction. Any number of observers on any number of servers may race:
//! every UPDATE asks for the state that was read, which is never a final one, and the ledger
//! takes one charge for a task.

use seedance_model::{TaskId, TaskStatus};

use super::columns::{get, status};
use super::settling::settle;
use super::{Tx, Value};
use crate::error::Cause;
use crate::settlement::Verdict;
use crate::{Observation, Recorded};

/// Platform side: whoever observes works for all tenants.
pub(super) const FIND: &str = "SELECT seq, status FROM tasks WHERE task_id = $1";

/// Platform side. The status stays, so that no counter has to be touched for it. A lost task that
/// was heard of is live again.
pub(super) const TOUCH: &str = "
    UPDATE tasks SET body = coalesce($3, body), refreshed_at = $4, next_check_at = $5,
        missing_since = NULL, claimed_until = NULL, live = true, settlement = 'open'
    WHERE seq = $1 AND status = $2";

/// Platform side.
pub(super) const MOVE: &str = "
    UPDATE tasks SET status = $6, body = coalesce($3, body), refreshed_at = $4,
        next_check_at = $5, missing_since = NULL, claimed_until = NULL, live = true, settlement = 'open'
    WHERE seq = $1 AND status = $2";

/// Platform side.
pub(super) const END: &str = "
    UPDATE tasks SET status = $5, body = coalesce($3, body), refreshed_at = $4,
        missing_since = NULL, claimed_until = NULL, live = false, settlement = $6
    WHERE seq = $1 AND status = $2";

/// A task as it is before the observation.
struct Known {
    seq: i64,
    status: TaskStatus,
}

pub(crate) async fn record(tx: &Tx, seen: &Observation) -> Result<Recorded, Cause> {
    loop {
        let Some(known) = find(tx, &seen.task).await? else {
            return Ok(Recorded::NoSuchTask);
        };
        if known.status.is_terminal() {
            return Ok(Recorded::AlreadyTerminal);
        }
        let (recorded, rows) = match seen.status {
            Some(status) if status.is_terminal() => end(tx, &known, status, seen).await?,
            Some(status) if status == known.status => {
                touch(tx, &known, seen.body.as_deref(), seen).await?
            }
            // A step back is old news, and so is its body.
            None | Some(TaskStatus::Queued) => touch(tx, &known, None, seen).await?,
            Some(status) => move_on(tx, &known, status, seen).await?,
        };
        // Otherwise somebody else moved it on meanwhile, which happens a few times at the most.
        if rows == 1 {
            return Ok(recorded);
        }
    }
}

async fn find(tx: &Tx, id: &TaskId) -> Result<Option<Known>, Cause> {
    let found = tx.row(FIND, &[&id.as_str()]).await?;
    let known = |row| Ok(Known { seq: get(&row, 0)?, status: status(&row, 1)? });
    found.map(known).transpose()
}

async fn touch(
    tx: &Tx,
    known: &Known,
    body: Option<&[u8]>,
    seen: &Observation,
) -> Result<(Recorded, u64), Cause> {
    let values: [Value<'_>; 5] =
        [&known.seq, &known.status.name(), &body, &seen.observed_at.0, &seen.next_check_at.0];
    Ok((Recorded::Unchanged, tx.execute(TOUCH, &values).await?))
}

async fn move_on(
    tx: &Tx,
    known: &Known,
    status: TaskStatus,
    seen: &Observation,
) -> Result<(Recorded, u64), Cause> {
    let values: [Value<'_>; 6] = [
        &known.seq,
        &known.status.name(),
        &seen.body,
        &seen.observed_at.0,
        &seen.next_check_at.0,
        &status.name(),
    ];
    Ok((Recorded::Changed, tx.execute(MOVE, &values).await?))
}

/// Ends the task, and settles it if this very call ended it.
async fn end(
    tx: &Tx,
    known: &Known,
    status: TaskStatus,
    seen: &Observation,
) -> Result<(Recorded, u64), Cause> {
    let verdict = Verdict::of(status, &seen.settlement);
    let values: [Value<'_>; 6] = [
        &known.seq,
        &known.status.name(),
        &seen.body,
        &seen.observed_at.0,
        &status.name(),
        &verdict.state().name(),
    ];
    let ended = tx.execute(END, &values).await?;
    if ended == 1 {
        settle(tx, known.seq, &verdict, seen.observed_at).await?;
    }
    Ok((Recorded::Changed, ended))
}
