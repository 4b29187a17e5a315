//! Every task: is it what was written, and was each success settled?

use rusqlite::Connection;
use seedance_model::TaskId;

use super::file::check_order;
use super::{DOING, PAGE, room};
use crate::Error;
use crate::error::Cause;
use crate::sqlite::Sqlite;
use crate::sqlite::columns::task_id;
use crate::sqlite::tasks::task;

const LAST_OF_PAGE: &str = "
    SELECT max(seq) FROM (SELECT seq FROM tasks WHERE seq > ?1 ORDER BY seq LIMIT ?2)";

/// A success is charged, in quarantine or let out of it (the schema checks that), and so it has a
/// row there.
const UNSETTLED: &str = "
    SELECT task_id FROM tasks LEFT JOIN quarantine ON task_seq = seq
    WHERE seq > ?1 AND seq <= ?2 AND (
        settlement = 'charged'
          AND NOT EXISTS (SELECT 1 FROM ledger WHERE ledger.task_id = tasks.task_id
                          AND correction = 0)
        OR settlement = 'quarantined' AND (task_seq IS NULL OR resolved_at IS NOT NULL)
        OR settlement = 'free' AND status = 'succeeded' AND resolved_at IS NULL)
    LIMIT ?3";

/// In the order of a task's columns.
const SEALED: &str = "
    SELECT task_id, model, status, has_video, upstream, tariff, created_at, refreshed_at,
           settlement, body, tenant_id, seal
    FROM tasks WHERE seq > ?1 AND seq <= ?2 AND seal IS NOT NULL";

/// A walk through all tasks.
#[derive(Debug)]
pub(super) struct Tasks {
    /// Successes that are not settled, the first of them.
    pub(super) unsettled: Vec<TaskId>,
    /// The first task that is not what was written.
    pub(super) broken: Option<String>,
    after: i64,
    ended: bool,
}

impl Tasks {
    pub(super) async fn all(db: &Sqlite) -> Result<Self, Error> {
        let mut tasks = Self { unsettled: Vec::new(), broken: None, after: i64::MIN, ended: false };
        while !tasks.ended {
            tasks = db.read(DOING, move |tx| tasks.page(tx)).await?;
        }
        Ok(tasks)
    }

    fn page(mut self, tx: &Connection) -> Result<Self, Cause> {
        let last: Option<i64> =
            tx.prepare_cached(LAST_OF_PAGE)?.query_row((self.after, PAGE), |row| row.get(0))?;
        let Some(last) = last else { return Ok(Self { ended: true, ..self }) };
        check_order("tasks", last, self.after)?;
        let room = room(&self.unsettled);
        let mut statement = tx.prepare_cached(UNSETTLED)?;
        for found in statement.query_map((self.after, last, room), |row| task_id(row, 0))? {
            self.unsettled.push(found?);
        }
        if self.broken.is_none() {
            self.broken = broken_seal(tx, self.after, last)?;
        }
        Ok(Self { after: last, ..self })
    }
}

/// The first task with a number after this one, and up to that one, whose seal does not hold.
pub(super) fn broken_seal(tx: &Connection, after: i64, to: i64) -> Result<Option<String>, Cause> {
    let mut statement = tx.prepare_cached(SEALED)?;
    for sealed in statement.query_map((after, to), task)? {
        match sealed.map_err(Cause::from) {
            Ok(_) => {}
            Err(Cause::BrokenSeal(broken)) => return Ok(Some(broken.to_string())),
            Err(cause) => return Err(cause),
        }
    }
    Ok(None)
}
