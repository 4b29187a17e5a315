//! Statements that read the ledger. Nothing here writes it: see `settling` and `corrections`.

use rusqlite::{Connection, OptionalExtension, Row, params};
use seedance_model::TaskId;

use super::columns::{model, task_id, tenant_name, time, unsigned};
use crate::error::Cause;
use crate::{LedgerEntry, LedgerFilter, LedgerKind, LedgerTotals, TenantId};

/// A statement that answers whole entries, from `FROM` on.
macro_rules! select_entries {
    ($from:literal) => {
        concat!(
            "SELECT entry_id, correction, task_id, name, l.upstream, model, sku, resolution, has_video,
                    tokens, price_cny_micros_per_million, cny_per_usd_micros,
                    rate_usd_micros_per_million, charge_cny_micros, charge_usd_micros, tariff,
                    task_created_at, settled_at ",
            $from
        )
    };
}

pub(super) const OF_TASK: &str = select_entries!(
    "FROM ledger l CROSS JOIN tenants USING (tenant_id)
     WHERE l.tenant_id = ?1 AND task_id = ?2 AND correction = 0"
);

/// Platform side: an operator asks by task.
pub(super) const ALL_OF_TASK: &str = select_entries!(
    "FROM ledger l CROSS JOIN tenants USING (tenant_id)
     WHERE task_id = ?1 ORDER BY correction"
);

/// A page after an entry, of the rows that end with `WHERE` or `AND`: first what is left of the
/// entry's millisecond, then what is later. Each part is a range of an index. Of a comparison of
/// pairs SQLite would take the time alone, and read a full millisecond anew for each page of it.
macro_rules! select_page {
    ($rows:literal) => {
        concat!(
            select_entries!($rows),
            " settled_at = ?1 AND entry_id > ?2 AND ?1 < ?3
             UNION ALL ",
            select_entries!($rows),
            " settled_at > ?1 AND settled_at < ?3
             ORDER BY settled_at, entry_id LIMIT ?4"
        )
    };
}

/// Platform side: an export of all tenants.
pub(super) const PAGE: &str = select_page!(
    "FROM ledger l INDEXED BY ledger_by_time CROSS JOIN tenants USING (tenant_id) WHERE"
);

pub(super) const PAGE_OF_TENANT: &str = select_page!(
    "FROM ledger l INDEXED BY ledger_of_tenant CROSS JOIN tenants USING (tenant_id)
     WHERE l.tenant_id = (SELECT tenant_id FROM tenants WHERE name = ?5) AND"
);

/// Platform side: an entry that was written a moment ago.
pub(super) const OF_NUMBER: &str =
    select_entries!("FROM ledger l CROSS JOIN tenants USING (tenant_id) WHERE entry_id = ?1");

/// Platform side: what was added last.
pub(super) const NEWEST: &str = select_entries!(
    "FROM ledger l CROSS JOIN tenants USING (tenant_id) ORDER BY entry_id DESC LIMIT ?1"
);

/// Platform side: where an export goes on.
pub(super) const SETTLED_AT: &str = "SELECT settled_at FROM ledger WHERE entry_id = ?1";

/// Platform side.
pub(super) const TOTALS: &str = "
    SELECT coalesce(sum(entries), 0), coalesce(sum(tokens), 0),
           coalesce(sum(charge_cny_micros), 0), coalesce(sum(charge_usd_micros), 0)
    FROM ledger_sums";

pub(crate) fn charge_of(
    tx: &Connection,
    tenant: TenantId,
    id: &TaskId,
) -> Result<Option<LedgerEntry>, Cause> {
    let mut statement = tx.prepare_cached(OF_TASK)?;
    let found = statement.query_row(params![tenant.0, id.as_str()], entry);
    Ok(found.optional()?)
}

pub(crate) fn of_task(tx: &Connection, id: &TaskId) -> Result<Vec<LedgerEntry>, Cause> {
    let mut statement = tx.prepare_cached(ALL_OF_TASK)?;
    Ok(statement.query_map([id.as_str()], entry)?.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn entry_of_number(tx: &Connection, entry_id: i64) -> Result<LedgerEntry, Cause> {
    let mut statement = tx.prepare_cached(OF_NUMBER)?;
    Ok(statement.query_row([entry_id], entry)?)
}

pub(crate) fn page(
    tx: &Connection,
    filter: &LedgerFilter,
    after: Option<i64>,
    limit: u32,
) -> Result<Vec<LedgerEntry>, Cause> {
    let from = filter.from.map_or(i64::MIN, |time| time.0);
    let to = filter.to.map_or(i64::MAX, |time| time.0);
    // Entries are numbered from 1, so this starts at the first one of the time `from`.
    let start = start_after(tx, after)?.unwrap_or((from, 0)).max((from, 0));
    let entries = match &filter.tenant {
        None => tx
            .prepare_cached(PAGE)?
            .query_map(params![start.0, start.1, to, limit], entry)?
            .collect::<rusqlite::Result<_>>()?,
        Some(tenant) => tx
            .prepare_cached(PAGE_OF_TENANT)?
            .query_map(params![start.0, start.1, to, limit, tenant.as_str()], entry)?
            .collect::<rusqlite::Result<_>>()?,
    };
    Ok(entries)
}

pub(crate) fn newest(tx: &Connection, limit: u32) -> Result<Vec<LedgerEntry>, Cause> {
    let mut statement = tx.prepare_cached(NEWEST)?;
    Ok(statement.query_map([limit], entry)?.collect::<rusqlite::Result<_>>()?)
}

/// The place of the last entry that was read.
fn start_after(tx: &Connection, after: Option<i64>) -> Result<Option<(i64, i64)>, Cause> {
    let Some(entry_id) = after else {
        return Ok(None);
    };
    let mut statement = tx.prepare_cached(SETTLED_AT)?;
    let found = statement.query_row([entry_id], |row| Ok((row.get(0)?, entry_id)));
    Ok(found.optional()?)
}

pub(crate) fn totals(tx: &Connection) -> Result<LedgerTotals, Cause> {
    let mut statement = tx.prepare_cached(TOTALS)?;
    Ok(statement.query_row([], |row| {
        Ok(LedgerTotals {
            entries: unsigned(row, 0)?,
            tokens: row.get(1)?,
            charge_cny_micros: row.get(2)?,
            charge_usd_micros: row.get(3)?,
        })
    })?)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<LedgerEntry> {
    Ok(LedgerEntry {
        entry_id: row.get(0)?,
        kind: kind(row.get(1)?),
        task_id: task_id(row, 2)?,
        tenant: tenant_name(row, 3)?,
        upstream: row.get(4)?,
        model: model(row, 5)?,
        sku: row.get(6)?,
        resolution: row.get(7)?,
        has_video: row.get(8)?,
        tokens: row.get(9)?,
        price_cny_micros_per_million: row.get(10)?,
        cny_per_usd_micros: row.get(11)?,
        rate_usd_micros_per_million: row.get(12)?,
        charge_cny_micros: row.get(13)?,
        charge_usd_micros: row.get(14)?,
        tariff: row.get(15)?,
        task_created_at: time(row, 16)?,
        settled_at: time(row, 17)?,
    })
}

/// The charge is number 0 of its task, and its corrections count from 1.
fn kind(correction: i64) -> LedgerKind {
    if correction == 0 { LedgerKind::Charge } else { LedgerKind::Correction }
}
