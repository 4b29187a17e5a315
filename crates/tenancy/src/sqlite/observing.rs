//! Transitions: what an observation does to a task, and the charge that goes with success.
//!
//! All of it runs in one transaction. Three fences keep a task from being charged twice: the
//! state is read in that transaction, every UPDATE asks for a state that is not final, and the
//! ledger takes one charge for a task.

use rusqlite::{Connection, OptionalExtension, params};
use seedance_model::TaskStatus;

use super::columns::status;
use super::settling::Verdict;
use crate::error::Cause;
use crate::{Observation, Recorded};

/// Platform side: whoever observes works for all tenants.
pub(super) const FIND: &str = "SELECT seq, status FROM tasks WHERE task_id = ?1";

/// Platform side. The status stays, so that no index and no counter has to be touched for it.
/// A lost task that was heard of is live again.
pub(super) const TOUCH: &str = "
    UPDATE tasks SET body = coalesce(?2, body), refreshed_at = ?3, next_check_at = ?4,
        missing_since = NULL, live = 1, settlement = 'open'
    WHERE seq = ?1 AND status IN ('queued', 'running')";

/// Platform side.
pub(super) const MOVE: &str = "
    UPDATE tasks SET status = ?5, body = coalesce(?2, body), refreshed_at = ?3, next_check_at = ?4,
        missing_since = NULL, live = 1, settlement = 'open'
    WHERE seq = ?1 AND status IN ('queued', 'running')";

/// Platform side.
pub(super) const END: &str = "
    UPDATE tasks SET status = ?4, body = coalesce(?2, body), refreshed_at = ?3,
        missing_since = NULL, live = 0, settlement = ?5
    WHERE seq = ?1 AND status IN ('queued', 'running')";

pub(crate) fn record(tx: &Connection, seen: &Observation) -> Result<Recorded, Cause> {
    let found = tx
        .prepare_cached(FIND)?
        .query_row([seen.task.as_str()], |row| Ok((row.get(0)?, status(row, 1)?)))
        .optional()?;
    let Some((seq, known)) = found else {
        return Ok(Recorded::NoSuchTask);
    };
    if known.is_terminal() {
        return Ok(Recorded::AlreadyTerminal);
    }
    match seen.status {
        Some(status) if status.is_terminal() => end(tx, seq, status, seen),
        Some(status) if status == known => touch(tx, seq, seen.body.as_deref(), seen),
        // A step back is old news, and so is its body.
        None | Some(TaskStatus::Queued) => touch(tx, seq, None, seen),
        Some(status) => move_on(tx, seq, status, seen),
    }
}

fn touch(
    tx: &Connection,
    seq: i64,
    body: Option<&[u8]>,
    seen: &Observation,
) -> Result<Recorded, Cause> {
    let mut statement = tx.prepare_cached(TOUCH)?;
    statement.execute(params![seq, body, seen.observed_at.0, seen.next_check_at.0])?;
    Ok(Recorded::Unchanged)
}

fn move_on(
    tx: &Connection,
    seq: i64,
    status: TaskStatus,
    seen: &Observation,
) -> Result<Recorded, Cause> {
    let moved = tx.prepare_cached(MOVE)?.execute(params![
        seq,
        seen.body,
        seen.observed_at.0,
        seen.next_check_at.0,
        status.name(),
    ])?;
    Ok(changed(moved))
}

/// Ends the task, and settles it if this very call ended it.
fn end(
    tx: &Connection,
    seq: i64,
    status: TaskStatus,
    seen: &Observation,
) -> Result<Recorded, Cause> {
    let verdict = Verdict::of(status, &seen.settlement);
    let ended = tx.prepare_cached(END)?.execute(params![
        seq,
        seen.body,
        seen.observed_at.0,
        status.name(),
        verdict.state().name(),
    ])?;
    if ended == 1 {
        verdict.settle(tx, seq, seen.observed_at)?;
    }
    Ok(changed(ended))
}

fn changed(rows: usize) -> Recorded {
    if rows == 1 { Recorded::Changed } else { Recorded::AlreadyTerminal }
}
