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

const USAGE_AGREES: &str = "
    WITH counted AS (
        SELECT day_of(settled_at), tenant_id, sku,
               count(*), sum(tokens), sum(charge_cny_micros), sum(charge_usd_micros)
        FROM ledger GROUP BY 1, 2, 3
    )
    SELECT NOT EXISTS (SELECT * FROM counted EXCEPT SELECT * FROM usage_days)
       AND NOT EXISTS (SELECT * FROM usage_days EXCEPT SELECT * FROM counted)";

const COUNTS_AGREE: &str = "
    WITH counted AS (
        SELECT tenant_id, model, status, count(*) FROM tasks WHERE listed
        GROUP BY tenant_id, model, status
    ), kept AS (
        SELECT * FROM listed_counts WHERE tasks <> 0
    )
    SELECT NOT EXISTS (SELECT * FROM counted EXCEPT SELECT * FROM kept)
       AND NOT EXISTS (SELECT * FROM kept EXCEPT SELECT * FROM counted)";

const LIVE_COUNTS_AGREE: &str = "
    WITH counted AS (
        SELECT tenant_id, count(*) FROM (
            SELECT tenant_id FROM tasks WHERE live
            UNION ALL SELECT tenant_id FROM intents WHERE state IN ('sent', 'unknown')
        ) AS alive GROUP BY tenant_id
    ), kept AS (
        SELECT * FROM live_counts WHERE live_tasks <> 0
    )
    SELECT NOT EXISTS (SELECT * FROM counted EXCEPT SELECT * FROM kept)
       AND NOT EXISTS (SELECT * FROM kept EXCEPT SELECT * FROM counted)";

/// Charges by the ledger; reservations by the intents that are open, and by those whose task is
/// open or in quarantine.
const SPENDING_AGREES: &str = "
    WITH amounts (tenant_id, at, reserved, charged) AS (
        SELECT tenant_id, task_created_at, 0, charge_usd_micros FROM ledger
        UNION ALL
        SELECT i.tenant_id, opened_at, reserved_usd_micros, 0
        FROM intents i LEFT JOIN tasks ON seq = task_seq
        WHERE i.state IN ('sent', 'unknown') OR settlement IN ('open', 'quarantined')
    ), added AS (
        SELECT tenant_id, month_of(at), sum(reserved) AS reserved, sum(charged) AS charged
        FROM amounts GROUP BY 1, 2 HAVING sum(reserved) <> 0 OR sum(charged) <> 0
    ), kept AS (
        SELECT tenant_id, month, reserved_usd_micros, charged_usd_micros FROM spending
        WHERE reserved_usd_micros <> 0 OR charged_usd_micros <> 0
    )
    SELECT NOT EXISTS (SELECT * FROM added EXCEPT SELECT * FROM kept)
       AND NOT EXISTS (SELECT * FROM kept EXCEPT SELECT * FROM added)";

pub(crate) async fn audit(tx: &Tx) -> Result<Audit, Cause> {
    Ok(Audit {
        damage: None,
        unsettled: tasks(tx, UNSETTLED).await?,
        unfounded: tasks(tx, UNFOUNDED).await?,
        sums_agree: holds(tx, SUMS_AGREE).await? && holds(tx, USAGE_AGREES).await?,
        counts_agree: holds(tx, COUNTS_AGREE).await? && holds(tx, LIVE_COUNTS_AGREE).await?,
        spending_agrees: holds(tx, SPENDING_AGREES).await?,
    })
}

async fn holds(tx: &Tx, statement: &str) -> Result<bool, Cause> {
    get(&tx.one(statement, &[]).await?, 0)
}

async fn tasks(tx: &Tx, statement: &str) -> Result<Vec<TaskId>, Cause> {
    tx.rows(statement, &[]).await?.iter().map(|row| task_id(row, 0)).collect()
}
