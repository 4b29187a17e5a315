//! The statement that takes old tasks out of the listed set.

use rusqlite::{Connection, params};

use crate::UnixMillis;
use crate::error::Cause;

/// Platform side: age does not ask whose the tasks are.
pub(super) const AGE_OUT: &str = "
    UPDATE tasks SET listed = 0 WHERE seq IN (
        SELECT seq FROM tasks INDEXED BY tasks_listed_by_age
        WHERE listed = 1 AND created_at < ?1 ORDER BY created_at LIMIT ?2
    )";

pub(crate) fn age_out(tx: &Connection, cutoff: UnixMillis, limit: u32) -> Result<usize, Cause> {
    let mut statement = tx.prepare_cached(AGE_OUT)?;
    Ok(statement.execute(params![cutoff.0, limit])?)
}
