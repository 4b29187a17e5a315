//! Claims: which live tasks a watcher takes, in turns between the tenants.

use seedance_model::TaskId;

use super::columns::get;
use super::watching::live_task;
use super::{Tx, Value};
use crate::error::Cause;
use crate::{Claim, LiveTask, UnixMillis};

/// Platform side. One statement, so that no lock is held across a round trip.
///
/// `turns` jumps through the index from tenant to tenant. Twice as many tasks are picked as are
/// wanted, because another watcher may be about to take the first half; what somebody holds is
/// left to him. That a task is still free is asked again when it is locked.
pub(super) const CLAIM: &str = "
    WITH RECURSIVE turns AS (
        (SELECT tenant_id FROM tasks WHERE live AND upstream = $1 ORDER BY tenant_id LIMIT 1)
        UNION ALL
        SELECT (SELECT tenant_id FROM tasks
                WHERE live AND upstream = $1 AND tenant_id > turns.tenant_id
                ORDER BY tenant_id LIMIT 1)
        FROM turns WHERE tenant_id IS NOT NULL
    ), due AS (
        SELECT seq, row_number() OVER (ORDER BY turn, turns.tenant_id <= $3, turns.tenant_id)
        FROM turns CROSS JOIN LATERAL (
            SELECT seq, row_number() OVER (ORDER BY next_check_at, seq) AS turn
            FROM (
                SELECT seq, next_check_at FROM tasks
                WHERE live AND upstream = $1 AND tenant_id = turns.tenant_id
                  AND next_check_at <= $4
                ORDER BY next_check_at, seq LIMIT $5
            ) AS first_ones
        ) AS longest_due
        ORDER BY 2 LIMIT 2 * $5
    ), asked AS (
        SELECT seq, place - 1000000 FROM unnest($2::text[]) WITH ORDINALITY AS ids (id, place)
        JOIN tasks ON task_id = id
        WHERE live AND upstream = $1
    ), wanted (seq, place) AS (
        SELECT seq, min(place)
        FROM (SELECT * FROM asked UNION ALL SELECT * FROM due) AS either (seq, place)
        GROUP BY seq
    ), taken AS (
        SELECT tasks.seq, place FROM wanted JOIN tasks USING (seq)
        WHERE live AND (claimed_until IS NULL OR claimed_until <= $4)
        ORDER BY place LIMIT $5 FOR UPDATE OF tasks SKIP LOCKED
    )
    UPDATE tasks SET claimed_until = $6, next_check_at = $6
    FROM taken WHERE tasks.seq = taken.seq
    RETURNING tenant_id, task_id, model, has_video, tariff, status, created_at, refreshed_at,
              missing_since, place";

/// Platform side.
pub(super) const RELEASE: &str = "
    UPDATE tasks SET claimed_until = NULL, next_check_at = $2
    WHERE task_id = ANY($1) AND live";

pub(crate) async fn claim(tx: &Tx, claim: &Claim, now: UnixMillis) -> Result<Vec<LiveTask>, Cause> {
    let asked: Vec<&str> = claim.asked.iter().map(TaskId::as_str).collect();
    let after = claim.after.map_or(i64::MIN, |tenant| tenant.0);
    let until = claim.until.max(UnixMillis(now.0.saturating_add(1)));
    let limit = i64::from(claim.limit);
    let values: [Value<'_>; 6] = [&claim.upstream, &asked, &after, &now.0, &limit, &until.0];
    let mut taken = Vec::new();
    for row in tx.rows(CLAIM, &values).await? {
        let place: i64 = get(&row, 9)?;
        taken.push((place, live_task(&row)?));
    }
    taken.sort_unstable_by_key(|(place, _)| *place);
    Ok(taken.into_iter().map(|(_, task)| task).collect())
}

pub(crate) async fn release(tx: &Tx, ids: &[TaskId], due_at: UnixMillis) -> Result<(), Cause> {
    let ids: Vec<&str> = ids.iter().map(TaskId::as_str).collect();
    tx.execute(RELEASE, &[&ids, &due_at.0]).await?;
    Ok(())
}
