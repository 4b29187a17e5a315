//! Statements that read usage. It is written by a trigger on the ledger.

use tokio_postgres::Row;

use super::columns::{get, tenant_name, unsigned};
use super::{Tx, Value};
use crate::error::Cause;
use crate::{LedgerTotals, Usage, UsageFilter, UsageKey};

/// Platform side: all tenants.
pub(super) const PAGE: &str = "
    SELECT day, name, sku, entries, tokens, charge_cny_micros, charge_usd_micros
    FROM usage_days u JOIN tenants USING (tenant_id)
    WHERE (day, u.tenant_id, sku) > ($1, $2, $3) AND day < $4
    ORDER BY day, u.tenant_id, sku LIMIT $5";

pub(super) const PAGE_OF_TENANT: &str = "
    SELECT day, name, sku, entries, tokens, charge_cny_micros, charge_usd_micros
    FROM usage_days u JOIN tenants USING (tenant_id)
    WHERE u.tenant_id = (SELECT tenant_id FROM tenants WHERE name = $1)
      AND (day, sku) > ($2, $3) AND day < $4
    ORDER BY day, sku LIMIT $5";

/// Platform side: all tenants.
pub(super) const TOTALS: &str = "
    SELECT coalesce(sum(entries), 0)::int8, coalesce(sum(tokens), 0)::int8,
           coalesce(sum(charge_cny_micros), 0)::int8, coalesce(sum(charge_usd_micros), 0)::int8
    FROM usage_days WHERE day >= $1 AND day < $2";

pub(super) const TOTALS_OF_TENANT: &str = "
    SELECT coalesce(sum(entries), 0)::int8, coalesce(sum(tokens), 0)::int8,
           coalesce(sum(charge_cny_micros), 0)::int8, coalesce(sum(charge_usd_micros), 0)::int8
    FROM usage_days
    WHERE tenant_id = (SELECT tenant_id FROM tenants WHERE name = $1) AND day >= $2 AND day < $3";

/// Where the page of a tenant that nobody has would go on: before all others of the day.
const NOBODY: i64 = 0;

/// The number behind a name.
pub(super) const NUMBER: &str = "SELECT tenant_id FROM tenants WHERE name = $1";

pub(crate) async fn page(
    tx: &Tx,
    filter: &UsageFilter,
    after: Option<&UsageKey>,
    limit: u32,
) -> Result<Vec<Usage>, Cause> {
    let after = after.filter(|after| after.day >= filter.from);
    let (day, sku) = after.map_or((filter.from, ""), |after| (after.day, after.sku.as_str()));
    let limit = i64::from(limit);
    let found = if let Some(tenant) = &filter.tenant {
        let row: [Value<'_>; 5] = [&tenant.as_str(), &day, &sku, &filter.to, &limit];
        tx.rows(PAGE_OF_TENANT, &row).await?
    } else {
        let number = match after {
            Some(after) => number(tx, after).await?.unwrap_or(NOBODY),
            None => NOBODY,
        };
        tx.rows(PAGE, &[&day, &number, &sku, &filter.to, &limit]).await?
    };
    found.iter().map(usage).collect()
}

async fn number(tx: &Tx, key: &UsageKey) -> Result<Option<i64>, Cause> {
    let found = tx.row(NUMBER, &[&key.tenant.as_str()]).await?;
    found.as_ref().map(|row| get(row, 0)).transpose()
}

pub(crate) async fn totals(tx: &Tx, filter: &UsageFilter) -> Result<LedgerTotals, Cause> {
    let row = match &filter.tenant {
        None => tx.one(TOTALS, &[&filter.from, &filter.to]).await?,
        Some(tenant) => {
            let row: [Value<'_>; 3] = [&tenant.as_str(), &filter.from, &filter.to];
            tx.one(TOTALS_OF_TENANT, &row).await?
        }
    };
    sums(&row, 0)
}

fn usage(row: &Row) -> Result<Usage, Cause> {
    let key = UsageKey { day: get(row, 0)?, tenant: tenant_name(row, 1)?, sku: get(row, 2)? };
    Ok(Usage { key, sums: sums(row, 3)? })
}

/// Four sums, from this column on.
fn sums(row: &Row, first: usize) -> Result<LedgerTotals, Cause> {
    Ok(LedgerTotals {
        entries: unsigned(row, first)?,
        tokens: get(row, first + 1)?,
        charge_cny_micros: get(row, first + 2)?,
        charge_usd_micros: get(row, first + 3)?,
    })
}
