//! Claims: which live tasks a watcher takes, in turns between the tenants.

use rusqlite::{Connection, OptionalExtension, params};
use seedance_model::TaskId;

use super::watching::live_task;
use crate::error::Cause;
use crate::{Claim, LiveTask, TenantId, UnixMillis};

/// Platform side.
pub(super) const ASKED: &str = "
    SELECT tenant_id, task_id, model, has_video, tariff, status, created_at, refreshed_at,
           missing_since
    FROM tasks
    WHERE task_id = ?2 AND live = 1 AND upstream = ?1
      AND (claimed_until IS NULL OR claimed_until <= ?3)";

/// Platform side: whose turn is next.
pub(super) const NEXT_TENANT: &str = "
    SELECT tenant_id FROM tasks INDEXED BY tasks_live
    WHERE live = 1 AND upstream = ?1 AND tenant_id > ?2
    ORDER BY tenant_id LIMIT 1";

/// A claimed task is due when its claim is over.
pub(super) const LONGEST_DUE: &str = "
    SELECT tenant_id, task_id, model, has_video, tariff, status, created_at, refreshed_at,
           missing_since
    FROM tasks INDEXED BY tasks_live
    WHERE live = 1 AND upstream = ?1 AND tenant_id = ?2 AND next_check_at <= ?3
    ORDER BY next_check_at LIMIT 1";

/// Platform side.
pub(super) const CLAIM: &str =
    "UPDATE tasks SET claimed_until = ?2, next_check_at = ?2 WHERE task_id = ?1 AND live = 1";

/// Platform side.
pub(super) const RELEASE: &str =
    "UPDATE tasks SET claimed_until = NULL, next_check_at = ?2 WHERE task_id = ?1 AND live = 1";

/// Most tenants that are looked at for one claim. The next one goes on where this one ended.
const TENANTS_PER_CLAIM: u32 = 2000;

pub(crate) fn claim(
    tx: &Connection,
    claim: &Claim,
    now: UnixMillis,
) -> Result<Vec<LiveTask>, Cause> {
    let most = usize::try_from(claim.limit).unwrap_or(usize::MAX);
    // A claim that ended before now would hand the same task out again in this very loop.
    let until = claim.until.max(UnixMillis(now.0.saturating_add(1)));
    let mut taken = Vec::new();
    for id in claim.asked.iter().take(most) {
        let mut statement = tx.prepare_cached(ASKED)?;
        let asked = params![claim.upstream, id.as_str(), now.0];
        if let Some(task) = statement.query_row(asked, live_task).optional()? {
            take(tx, task, until, &mut taken)?;
        }
    }
    let mut turns = Turns::after(claim.after);
    while taken.len() < most
        && let Some(tenant) = turns.next(tx, &claim.upstream)?
    {
        let mut statement = tx.prepare_cached(LONGEST_DUE)?;
        let due = params![claim.upstream, tenant.0, now.0];
        if let Some(task) = statement.query_row(due, live_task).optional()? {
            turns.found_one();
            take(tx, task, until, &mut taken)?;
        }
    }
    Ok(taken)
}

fn take(
    tx: &Connection,
    task: LiveTask,
    until: UnixMillis,
    taken: &mut Vec<LiveTask>,
) -> Result<(), Cause> {
    tx.prepare_cached(CLAIM)?.execute(params![task.id.as_str(), until.0])?;
    taken.push(task);
    Ok(())
}

pub(crate) fn release(tx: &Connection, ids: &[TaskId], due_at: UnixMillis) -> Result<(), Cause> {
    let mut statement = tx.prepare_cached(RELEASE)?;
    for id in ids {
        statement.execute(params![id.as_str(), due_at.0])?;
    }
    Ok(())
}

/// Goes round the tenants that have live tasks, until a whole round found nothing to do.
struct Turns {
    last: TenantId,
    /// Where the round began that has found nothing so far.
    idle_since: Option<TenantId>,
    visits_left: u32,
}

impl Turns {
    fn after(tenant: Option<TenantId>) -> Self {
        let last = tenant.unwrap_or(TenantId(i64::MIN));
        Self { last, idle_since: None, visits_left: TENANTS_PER_CLAIM }
    }

    fn found_one(&mut self) {
        self.idle_since = None;
    }

    fn next(&mut self, tx: &Connection, upstream: &str) -> Result<Option<TenantId>, Cause> {
        let Some(left) = self.visits_left.checked_sub(1) else { return Ok(None) };
        self.visits_left = left;
        let Some(tenant) = self.next_in_circle(tx, upstream)? else { return Ok(None) };
        if self.idle_since == Some(tenant) {
            return Ok(None);
        }
        self.idle_since.get_or_insert(tenant);
        self.last = tenant;
        Ok(Some(tenant))
    }

    /// The tenant after the last one, or the first one after the end.
    fn next_in_circle(&self, tx: &Connection, upstream: &str) -> Result<Option<TenantId>, Cause> {
        let mut statement = tx.prepare_cached(NEXT_TENANT)?;
        let mut after = |tenant: TenantId| {
            let next = statement.query_row(params![upstream, tenant.0], |row| row.get(0));
            next.optional()
        };
        let found: Option<i64> = match after(self.last)? {
            None => after(TenantId(i64::MIN))?,
            found => found,
        };
        Ok(found.map(TenantId))
    }
}
