//! Statements that read everything and compare it. All of them are the platform's.

use rusqlite::Connection;
use seedance_model::TaskId;

use super::columns::task_id;
use super::tasks::task;
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
    LIMIT 100";

/// Corrections too: a task that has one is charged, and has all terms in common with it.
const UNFOUNDED: &str = "
    SELECT l.task_id FROM ledger l LEFT JOIN tasks t ON t.task_id = l.task_id
    WHERE (settlement, t.tenant_id, t.upstream, t.model, t.has_video, t.tariff, created_at)
          IS NOT ('charged', l.tenant_id, l.upstream, l.model, l.has_video, l.tariff,
                  task_created_at)
    LIMIT 100";

const SUMS_AGREE: &str = "
    WITH counted AS (
        SELECT tenant_id, count(*), sum(tokens), sum(charge_cny_micros), sum(charge_usd_micros)
        FROM ledger GROUP BY tenant_id
    )
    SELECT NOT EXISTS (SELECT * FROM counted EXCEPT SELECT * FROM ledger_sums)
       AND NOT EXISTS (SELECT * FROM ledger_sums EXCEPT SELECT * FROM counted)";

const USAGE_AGREES: &str = "
    WITH counted AS (
        SELECT (settled_at - (settled_at % 86400000 + 86400000) % 86400000) / 86400000, tenant_id, sku,
               count(*), sum(tokens), sum(charge_cny_micros), sum(charge_usd_micros)
        FROM ledger GROUP BY 1, 2, 3
    )
    SELECT NOT EXISTS (SELECT * FROM counted EXCEPT SELECT * FROM usage_days)
       AND NOT EXISTS (SELECT * FROM usage_days EXCEPT SELECT * FROM counted)";

const COUNTS_AGREE: &str = "
    WITH counted AS (
        SELECT tenant_id, model, status, count(*) FROM tasks WHERE listed = 1
        GROUP BY tenant_id, model, status
    ), kept AS (
        SELECT * FROM listed_counts WHERE tasks <> 0
    )
    SELECT NOT EXISTS (SELECT * FROM counted EXCEPT SELECT * FROM kept)
       AND NOT EXISTS (SELECT * FROM kept EXCEPT SELECT * FROM counted)";

const LIVE_COUNTS_AGREE: &str = "
    WITH counted AS (
        SELECT tenant_id, count(*) FROM (
            SELECT tenant_id FROM tasks WHERE live = 1
            UNION ALL SELECT tenant_id FROM intents WHERE state IN ('sent', 'unknown')
        ) GROUP BY tenant_id
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
        SELECT tenant_id, ifnull(CAST(strftime('%Y%m', at / 1000, 'unixepoch') AS INTEGER), 0),
               sum(reserved) AS reserved, sum(charged) AS charged
        FROM amounts GROUP BY 1, 2 HAVING sum(reserved) <> 0 OR sum(charged) <> 0
    ), kept AS (
        SELECT tenant_id, month, reserved_usd_micros, charged_usd_micros FROM spending
        WHERE reserved_usd_micros <> 0 OR charged_usd_micros <> 0
    )
    SELECT NOT EXISTS (SELECT * FROM added EXCEPT SELECT * FROM kept)
       AND NOT EXISTS (SELECT * FROM kept EXCEPT SELECT * FROM added)";

/// In the order of a task's columns.
const SEALED: &str = "
    SELECT task_id, model, status, has_video, upstream, tariff, created_at, refreshed_at,
           settlement, body, tenant_id, seal
    FROM tasks WHERE seal IS NOT NULL";

/// What the check says when it finds nothing.
const SOUND: &str = "ok";

pub(crate) fn audit(tx: &Connection) -> Result<Audit, Cause> {
    Ok(Audit {
        damage: damage(tx)?,
        unsettled: tasks(tx, UNSETTLED)?,
        unfounded: tasks(tx, UNFOUNDED)?,
        sums_agree: holds(tx, SUMS_AGREE)? && holds(tx, USAGE_AGREES)?,
        counts_agree: holds(tx, COUNTS_AGREE)? && holds(tx, LIVE_COUNTS_AGREE)?,
        spending_agrees: holds(tx, SPENDING_AGREES)?,
    })
}

/// A file up to this size is read through in a fraction of a second.
const QUICKLY_READ_BYTES: i64 = 32 << 20;

/// The tables that say who may call; each is kept twice.
const CALLERS: [&str; 2] = ["PRAGMA integrity_check(tenants)", "PRAGMA integrity_check(tokens)"];

/// Refuses a damaged file; of a large one only the tables that say who may call are read.
pub(crate) fn check_file(tx: &Connection) -> Result<(), Cause> {
    let pages: i64 = tx.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let page_bytes: i64 = tx.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let found = if pages.saturating_mul(page_bytes) <= QUICKLY_READ_BYTES {
        damage(tx)?
    } else {
        damage_to_callers(tx)?
    };
    match found {
        Some(found) => Err(Cause::Damaged { found }),
        None => Ok(()),
    }
}

fn damage_to_callers(tx: &Connection) -> Result<Option<String>, Cause> {
    for check in CALLERS {
        let found: String = tx.query_row(check, [], |row| row.get(0))?;
        if found != SOUND {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// What is wrong with the file itself: its pages, its indexes, and tasks that are not what was
/// written.
pub(crate) fn damage(tx: &Connection) -> Result<Option<String>, Cause> {
    let found: String = tx.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found != SOUND {
        return Ok(Some(found));
    }
    let mut statement = tx.prepare(SEALED)?;
    for sealed in statement.query_map([], task)? {
        match sealed.map_err(Cause::from) {
            Ok(_) => {}
            Err(Cause::BrokenSeal(broken)) => return Ok(Some(broken.to_string())),
            Err(cause) => return Err(cause),
        }
    }
    Ok(None)
}

fn holds(tx: &Connection, statement: &str) -> Result<bool, Cause> {
    Ok(tx.query_row(statement, [], |row| row.get(0))?)
}

fn tasks(tx: &Connection, statement: &str) -> Result<Vec<TaskId>, Cause> {
    let mut statement = tx.prepare(statement)?;
    let tasks = statement.query_map([], |row| task_id(row, 0))?;
    Ok(tasks.collect::<rusqlite::Result<_>>()?)
}
