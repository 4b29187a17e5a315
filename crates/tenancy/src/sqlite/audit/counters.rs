//! The counters of tasks: are they what counting gives? Both counts go through small indexes.

use rusqlite::Connection;

use crate::error::Cause;

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

pub(super) fn agree(tx: &Connection) -> Result<bool, Cause> {
    for comparison in [COUNTS_AGREE, LIVE_COUNTS_AGREE] {
        if !tx.query_row(comparison, [], |row| row.get(0))? {
            return Ok(false);
        }
    }
    Ok(true)
}
