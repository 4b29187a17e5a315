//! Statements that read everything and compare it. All of them are the platform's.
//!
//! Damage of the files is not looked for here: PostgreSQL has checksums of its own for that.

use seedance_model::TaskId;

use super::Tx;
use super::columns::{get, task_id};
use crate::Audit;
use crate::error::Cause;

/// A success is charged, in quarantine or let out of it (the schema checks that), and so it has a
/// row there.
const UNSETTLED: &str = "
    SELECT task_id FROM tasks LEFT JOIN quarantine ON task_seq = seq
    WHERE settlement = 'charged'
          AND NOT EXISTS (SELECT 1 FROM ledger WHERE ledger.task_id = tasks.task_id
                          AND correction = 0)
       OR settlement = 'quarantined' AND (task_seq IS NULL OR resolved_at IS NOT NULL)
       OR settlement = 'free' AND status = 'succeeded' AND resolved_at IS NULL
    ORDER BY seq LIMIT 100";

/// Corrections too: a task that has one is charged, and has all terms in common with it.
const UNFOUNDED: &str = "
    SELECT l.task_id FROM ledger l LEFT JOIN tasks t ON t.task_id = l.task_id
    WHERE (settlement, t.tenant_id, t.upstream, t.model, t.has_video, t.tariff, created_at)
          IS DISTINCT FROM
          ('charged', l.tenant_id, l.upstream, l.model, l.has_video, l.tariff, task_created_at)
    ORDER BY entry_id LIMIT 100";

const SUMS_AGREE: &str = "
    WITH counted AS (
        SELECT tenant_id, count(*), sum(tokens), sum(charge_cny_micros), sum(charge_usd_micros)
        FROM ledger GROUP BY tenant_id
    )
    SELECT NOT EXISTS (SELECT * FROM counted EXCEPT SELECT * FROM ledger_sums)
       AND NOT EXISTS (SELECT * FROM ledger_sums EXCEPT SELECT * FROM counted)";

const COUNTS_AGREE: &str = "
    WITH counted AS (
        SELECT tenant_id, model, status, count(*) FROM tasks WHERE listed
        GROUP BY tenant_id, model, status
    ), kept AS (
        SELECT * FROM listed_counts WHERE tasks <> 0
    )
    SELECT NOT EXISTS (SELECT * FROM counted EXCEPT SELECT * FROM kept)
       AND NOT EXISTS (SELECT * FROM kept EXCEPT SELECT * FROM counted)";

pub(crate) async fn audit(tx: &Tx) -> Result<Audit, Cause> {
    Ok(Audit {
        damage: None,
        unsettled: tasks(tx, UNSETTLED).await?,
        unfounded: tasks(tx, UNFOUNDED).await?,
        sums_agree: get(&tx.one(SUMS_AGREE, &[]).await?, 0)?,
        counts_agree: get(&tx.one(COUNTS_AGREE, &[]).await?, 0)?,
    })
}

async fn tasks(tx: &Tx, statement: &str) -> Result<Vec<TaskId>, Cause> {
    tx.rows(statement, &[]).await?.iter().map(|row| task_id(row, 0)).collect()
}
