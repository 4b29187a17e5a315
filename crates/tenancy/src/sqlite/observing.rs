//! Transitions: what an observation does to a task, and the charge that goes with success.
//!
//! All of it runs in one transaction. Three fences keep a task from being charged twice: the
//! state is read in that transaction, every UPDATE asks for a state that is not final, and the
//! ledger takes one charge for a task.

use rusqlite::{Connection, OptionalExtension, params};
use seedance_model::{TaskId, TaskStatus};

use super::seal::Sealed;
use super::settling::settle;
use super::tasks::task;
use crate::error::Cause;
use crate::settlement::Verdict;
use crate::{Observation, Recorded, Task, TenantId};

/// Platform side: whoever observes works for all tenants.
pub(super) const FIND: &str = "
    SELECT task_id, model, status, has_video, upstream, tariff, created_at, refreshed_at,
           settlement, body, tenant_id, seal, seq
    FROM tasks WHERE task_id = ?1";

/// Platform side. The status stays, so that no index and no counter has to be touched for it.
/// A lost task that was heard of is live again.
pub(super) const TOUCH: &str = "
    UPDATE tasks SET body = coalesce(?2, body), seal = coalesce(?5, seal), refreshed_at = ?3, next_check_at = ?4,
        missing_since = NULL, claimed_until = NULL, live = 1, settlement = 'open'
    WHERE seq = ?1 AND status IN ('queued', 'running')";

/// Platform side.
pub(super) const MOVE: &str = "
    UPDATE tasks SET status = ?5, body = coalesce(?2, body), seal = coalesce(?6, seal),
        refreshed_at = ?3, next_check_at = ?4, missing_since = NULL, claimed_until = NULL, live = 1, settlement = 'open'
    WHERE seq = ?1 AND status IN ('queued', 'running')";

/// Platform side.
pub(super) const END: &str = "
    UPDATE tasks SET status = ?4, body = coalesce(?2, body), seal = coalesce(?6, seal),
        refreshed_at = ?3, missing_since = NULL, claimed_until = NULL, live = 0, settlement = ?5
    WHERE seq = ?1 AND status IN ('queued', 'running')";

/// A task as it is before the observation.
struct Known {
    seq: i64,
    tenant: TenantId,
    task: Task,
}

pub(crate) fn record(tx: &Connection, seen: &Observation) -> Result<Recorded, Cause> {
    let Some(known) = find(tx, &seen.task)? else {
        return Ok(Recorded::NoSuchTask);
    };
    if known.task.status.is_terminal() {
        return Ok(Recorded::AlreadyTerminal);
    }
    match seen.status {
        Some(status) if status.is_terminal() => end(tx, &known, status, seen),
        Some(status) if status == known.task.status => {
            touch(tx, &known, seen.body.as_deref(), seen)
        }
        // A step back is old news, and so is its body.
        None | Some(TaskStatus::Queued) => touch(tx, &known, None, seen),
        Some(status) => move_on(tx, &known, status, seen),
    }
}

/// The task, if it is what was written: nothing is charged on the word of a damaged row.
fn find(tx: &Connection, id: &TaskId) -> Result<Option<Known>, Cause> {
    let mut statement = tx.prepare_cached(FIND)?;
    let found = statement.query_row([id.as_str()], |row| {
        Ok(Known { seq: row.get(12)?, tenant: TenantId(row.get(10)?), task: task(row)? })
    });
    Ok(found.optional()?)
}

impl Known {
    /// The seal of the task with a new body, if it gets one.
    fn seal(&self, body: Option<&[u8]>) -> Option<u32> {
        body.map(|body| Sealed::task(self.tenant, &self.task, body).seal())
    }
}

fn touch(
    tx: &Connection,
    known: &Known,
    body: Option<&[u8]>,
    seen: &Observation,
) -> Result<Recorded, Cause> {
    let mut statement = tx.prepare_cached(TOUCH)?;
    let times = (seen.observed_at.0, seen.next_check_at.0);
    statement.execute(params![known.seq, body, times.0, times.1, known.seal(body)])?;
    Ok(Recorded::Unchanged)
}

fn move_on(
    tx: &Connection,
    known: &Known,
    status: TaskStatus,
    seen: &Observation,
) -> Result<Recorded, Cause> {
    let moved = tx.prepare_cached(MOVE)?.execute(params![
        known.seq,
        seen.body,
        seen.observed_at.0,
        seen.next_check_at.0,
        status.name(),
        known.seal(seen.body.as_deref()),
    ])?;
    Ok(changed(moved))
}

/// Ends the task, and settles it if this very call ended it.
fn end(
    tx: &Connection,
    known: &Known,
    status: TaskStatus,
    seen: &Observation,
) -> Result<Recorded, Cause> {
    let verdict = Verdict::of(status, &seen.settlement);
    let ended = tx.prepare_cached(END)?.execute(params![
        known.seq,
        seen.body,
        seen.observed_at.0,
        status.name(),
        verdict.state().name(),
        known.seal(seen.body.as_deref()),
    ])?;
    if ended == 1 {
        settle(tx, known.seq, &verdict, seen.observed_at)?;
    }
    Ok(changed(ended))
}

fn changed(rows: usize) -> Recorded {
    if rows == 1 { Recorded::Changed } else { Recorded::AlreadyTerminal }
}
