//! Every row of the ledger: is it founded on a task, and what do all of them add up to?

use std::collections::HashMap;

use rusqlite::{Connection, Row};
use seedance_model::TaskId;

use super::file::check_order;
use super::{DOING, PAGE, room};
use crate::Error;
use crate::error::Cause;
use crate::sqlite::Sqlite;
use crate::sqlite::columns::task_id;

/// By tenant and month of creation, which spending is kept by.
const CHARGED: &str = "
    SELECT entry_id, tenant_id,
           ifnull(CAST(strftime('%Y%m', task_created_at / 1000, 'unixepoch') AS INTEGER), 0),
           tokens, charge_cny_micros, charge_usd_micros
    FROM ledger WHERE entry_id > ?1 ORDER BY entry_id LIMIT ?2";

/// Corrections too: a task that has one is charged, and has all terms in common with it.
const UNFOUNDED: &str = "
    SELECT l.task_id FROM ledger l LEFT JOIN tasks t ON t.task_id = l.task_id
    WHERE entry_id > ?1 AND entry_id <= ?2
      AND (settlement, t.tenant_id, t.upstream, t.model, t.has_video, t.tariff, created_at)
          IS NOT ('charged', l.tenant_id, l.upstream, l.model, l.has_video, l.tariff,
                  task_created_at)
    LIMIT ?3";

/// What is reserved: by the intents that are open, and by those whose task is open or in
/// quarantine. Each part has an index that holds little else.
const RESERVED: &str = "
    SELECT tenant_id,
           ifnull(CAST(strftime('%Y%m', opened_at / 1000, 'unixepoch') AS INTEGER), 0),
           reserved_usd_micros
    FROM (
        SELECT tenant_id, opened_at, reserved_usd_micros
        FROM intents WHERE state IN ('sent', 'unknown')
        UNION ALL
        SELECT i.tenant_id, opened_at, reserved_usd_micros
        FROM tasks t CROSS JOIN intents i ON i.intent_id = t.intent_id AND task_seq = seq
        WHERE live = 1
        UNION ALL
        SELECT i.tenant_id, opened_at, reserved_usd_micros
        FROM quarantine q CROSS JOIN tasks t ON seq = q.task_seq
             CROSS JOIN intents i ON i.intent_id = t.intent_id AND i.task_seq = seq
        WHERE settlement = 'quarantined'
    )";

const KEPT_SUMS: &str = "
    SELECT tenant_id, entries, tokens, charge_cny_micros, charge_usd_micros FROM ledger_sums";

const KEPT_SPENDING: &str = "
    SELECT tenant_id, month, reserved_usd_micros, charged_usd_micros FROM spending";

/// A tenant, and a month as 202611.
type Month = (i64, i64);

/// A walk through the ledger, in the order of its numbers: a row that is added comes last.
#[derive(Debug, Default)]
pub(super) struct Charges {
    /// Tasks that do not bear out their row, the first of them.
    pub(super) unfounded: Vec<TaskId>,
    pub(super) sums_agree: bool,
    pub(super) spending_agrees: bool,
    sums: HashMap<i64, Sums>,
    months: HashMap<Month, Spent>,
    after: i64,
    ended: bool,
}

/// What rows add up to, wide enough for any number of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sums {
    entries: i128,
    tokens: i128,
    cny_micros: i128,
    usd_micros: i128,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Spent {
    reserved_usd_micros: i128,
    charged_usd_micros: i128,
}

impl Charges {
    pub(super) async fn all(db: &Sqlite) -> Result<Self, Error> {
        let mut charges = Self { after: i64::MIN, ..Self::default() };
        while !charges.ended {
            charges = db.read(DOING, move |tx| charges.page(tx)).await?;
        }
        Ok(charges)
    }

    fn page(mut self, tx: &Connection) -> Result<Self, Cause> {
        let after = self.after;
        let rows = self.add(tx)?;
        let room = room(&self.unfounded);
        let mut statement = tx.prepare_cached(UNFOUNDED)?;
        for found in statement.query_map((after, self.after, room), |row| task_id(row, 0))? {
            self.unfounded.push(found?);
        }
        if rows < PAGE {
            // No row is left out at this moment, so its sums can be held against the kept ones.
            self.sums_agree = self.sums == kept_sums(tx)?;
            self.spending_agrees = self.spending_agrees(tx)?;
            self.ended = true;
        }
        Ok(self)
    }

    /// Adds a page of rows, and answers how many there were.
    fn add(&mut self, tx: &Connection) -> Result<i64, Cause> {
        let mut statement = tx.prepare_cached(CHARGED)?;
        let mut rows = statement.query((self.after, PAGE))?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            let entry = row.get(0)?;
            check_order("ledger", entry, self.after)?;
            self.after = entry;
            let tenant = row.get(1)?;
            let usd_micros = wide(row, 5)?;
            let sums = self.sums.entry(tenant).or_default();
            sums.entries += 1;
            sums.tokens += wide(row, 3)?;
            sums.cny_micros += wide(row, 4)?;
            sums.usd_micros += usd_micros;
            self.months.entry((tenant, row.get(2)?)).or_default().charged_usd_micros += usd_micros;
            count += 1;
        }
        Ok(count)
    }

    fn spending_agrees(&self, tx: &Connection) -> Result<bool, Cause> {
        let mut added = self.months.clone();
        let mut statement = tx.prepare_cached(RESERVED)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let month = (row.get(0)?, row.get(1)?);
            added.entry(month).or_default().reserved_usd_micros += wide(row, 2)?;
        }
        let mut kept = kept_spending(tx)?;
        // A month of which nothing is left may be kept as zeros, or not at all.
        added.retain(|_, spent| *spent != Spent::default());
        kept.retain(|_, spent| *spent != Spent::default());
        Ok(added == kept)
    }
}

fn kept_sums(tx: &Connection) -> Result<HashMap<i64, Sums>, Cause> {
    let mut statement = tx.prepare_cached(KEPT_SUMS)?;
    let kept = statement.query_map([], |row| {
        let sums = Sums {
            entries: wide(row, 1)?,
            tokens: wide(row, 2)?,
            cny_micros: wide(row, 3)?,
            usd_micros: wide(row, 4)?,
        };
        Ok((row.get(0)?, sums))
    })?;
    Ok(kept.collect::<rusqlite::Result<_>>()?)
}

fn kept_spending(tx: &Connection) -> Result<HashMap<Month, Spent>, Cause> {
    let mut statement = tx.prepare_cached(KEPT_SPENDING)?;
    let kept = statement.query_map([], |row| {
        let spent = Spent { reserved_usd_micros: wide(row, 2)?, charged_usd_micros: wide(row, 3)? };
        Ok(((row.get(0)?, row.get(1)?), spent))
    })?;
    Ok(kept.collect::<rusqlite::Result<_>>()?)
}

fn wide(row: &Row<'_>, column: usize) -> rusqlite::Result<i128> {
    Ok(row.get::<_, i64>(column)?.into())
}
