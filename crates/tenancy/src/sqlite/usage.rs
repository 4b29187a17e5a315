//! Statements that read usage. It is written by a trigger on the ledger.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::columns::{tenant_name, unsigned};
use crate::error::Cause;
use crate::{LedgerTotals, Usage, UsageFilter, UsageKey};

/// Platform side: all tenants.
pub(super) const PAGE: &str = "
    SELECT day, name, sku, entries, tokens, charge_cny_micros, charge_usd_micros
    FROM usage_days u CROSS JOIN tenants USING (tenant_id)
    WHERE (day, u.tenant_id, sku) > (?1, ?2, ?3) AND day < ?4
    ORDER BY day, u.tenant_id, sku LIMIT ?5";

pub(super) const PAGE_OF_TENANT: &str = "
    SELECT day, name, sku, entries, tokens, charge_cny_micros, charge_usd_micros
    FROM usage_days u CROSS JOIN tenants USING (tenant_id)
    WHERE u.tenant_id = (SELECT tenant_id FROM tenants WHERE name = ?1)
      AND (day, sku) > (?2, ?3) AND day < ?4
    ORDER BY day, sku LIMIT ?5";

/// Platform side: all tenants.
pub(super) const TOTALS: &str = "
    SELECT coalesce(sum(entries), 0), coalesce(sum(tokens), 0),
           coalesce(sum(charge_cny_micros), 0), coalesce(sum(charge_usd_micros), 0)
    FROM usage_days WHERE day >= ?1 AND day < ?2";

pub(super) const TOTALS_OF_TENANT: &str = "
    SELECT coalesce(sum(entries), 0), coalesce(sum(tokens), 0),
           coalesce(sum(charge_cny_micros), 0), coalesce(sum(charge_usd_micros), 0)
    FROM usage_days
    WHERE tenant_id = (SELECT tenant_id FROM tenants WHERE name = ?1) AND day >= ?2 AND day < ?3";

/// Where the page of a tenant that nobody has would go on: before all others of the day.
const NOBODY: i64 = 0;

/// The number behind a name.
pub(super) const NUMBER: &str = "SELECT tenant_id FROM tenants WHERE name = ?1";

pub(crate) fn page(
    tx: &Connection,
    filter: &UsageFilter,
    after: Option<&UsageKey>,
    limit: u32,
) -> Result<Vec<Usage>, Cause> {
    let after = after.filter(|after| after.day >= filter.from);
    let (day, sku) = after.map_or((filter.from, ""), |after| (after.day, after.sku.as_str()));
    let found = if let Some(tenant) = &filter.tenant {
        tx.prepare_cached(PAGE_OF_TENANT)?
            .query_map(params![tenant.as_str(), day, sku, filter.to, limit], usage)?
            .collect::<rusqlite::Result<_>>()?
    } else {
        let number = after.map(|after| number(tx, after)).transpose()?.flatten();
        tx.prepare_cached(PAGE)?
            .query_map(params![day, number.unwrap_or(NOBODY), sku, filter.to, limit], usage)?
            .collect::<rusqlite::Result<_>>()?
    };
    Ok(found)
}

fn number(tx: &Connection, key: &UsageKey) -> Result<Option<i64>, Cause> {
    let mut statement = tx.prepare_cached(NUMBER)?;
    Ok(statement.query_row([key.tenant.as_str()], |row| row.get(0)).optional()?)
}

pub(crate) fn totals(tx: &Connection, filter: &UsageFilter) -> Result<LedgerTotals, Cause> {
    let summed = |row: &Row<'_>| sums(row, 0);
    let totals = match &filter.tenant {
        None => tx.prepare_cached(TOTALS)?.query_row([filter.from, filter.to], summed)?,
        Some(tenant) => tx
            .prepare_cached(TOTALS_OF_TENANT)?
            .query_row(params![tenant.as_str(), filter.from, filter.to], summed)?,
    };
    Ok(totals)
}

fn usage(row: &Row<'_>) -> rusqlite::Result<Usage> {
    let key = UsageKey { day: row.get(0)?, tenant: tenant_name(row, 1)?, sku: row.get(2)? };
    Ok(Usage { key, sums: sums(row, 3)? })
}

/// Four sums, from this column on.
fn sums(row: &Row<'_>, first: usize) -> rusqlite::Result<LedgerTotals> {
    Ok(LedgerTotals {
        entries: unsigned(row, first)?,
        tokens: row.get(first + 1)?,
        charge_cny_micros: row.get(first + 2)?,
        charge_usd_micros: row.get(first + 3)?,
    })
}
