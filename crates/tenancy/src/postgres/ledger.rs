//! Statements that read the ledger. Nothing here writes it: see `settling` and `corrections`.

use seedance_model::TaskId;
use tokio_postgres::Row;

use super::columns::{get, model, task_id, tenant_name, time, unsigned};
use super::{Tx, Value};
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
    "FROM ledger l JOIN tenants USING (tenant_id)
     WHERE l.tenant_id = $1 AND task_id = $2 AND correction = 0"
);

/// Platform side: an operator asks by task.
pub(super) const ALL_OF_TASK: &str = select_entries!(
    "FROM ledger l JOIN tenants USING (tenant_id) WHERE task_id = $1 ORDER BY correction"
);

/// Platform side: an export of all tenants.
pub(super) const PAGE: &str = select_entries!(
    "FROM ledger l JOIN tenants USING (tenant_id)
     WHERE (settled_at, entry_id) > ($1, $2) AND settled_at < $3
     ORDER BY settled_at, entry_id LIMIT $4"
);

pub(super) const PAGE_OF_TENANT: &str = select_entries!(
    "FROM ledger l JOIN tenants USING (tenant_id)
     WHERE l.tenant_id = (SELECT tenant_id FROM tenants WHERE name = $5)
       AND (settled_at, entry_id) > ($1, $2) AND settled_at < $3
     ORDER BY settled_at, entry_id LIMIT $4"
);

/// Platform side: an entry that was written a moment ago.
pub(super) const OF_NUMBER: &str =
    select_entries!("FROM ledger l JOIN tenants USING (tenant_id) WHERE entry_id = $1");

/// Platform side: what was added last.
pub(super) const NEWEST: &str =
    select_entries!("FROM ledger l JOIN tenants USING (tenant_id) ORDER BY entry_id DESC LIMIT $1");

/// Platform side: where an export goes on.
pub(super) const SETTLED_AT: &str = "SELECT settled_at FROM ledger WHERE entry_id = $1";

/// Platform side.
pub(super) const TOTALS: &str = "
    SELECT coalesce(sum(entries), 0)::int8, coalesce(sum(tokens), 0)::int8,
           coalesce(sum(charge_cny_micros), 0)::int8, coalesce(sum(charge_usd_micros), 0)::int8
    FROM ledger_sums";

pub(crate) async fn charge_of(
    tx: &Tx,
    tenant: TenantId,
    id: &TaskId,
) -> Result<Option<LedgerEntry>, Cause> {
    tx.row(OF_TASK, &[&tenant.0, &id.as_str()]).await?.as_ref().map(entry).transpose()
}

pub(crate) async fn of_task(tx: &Tx, id: &TaskId) -> Result<Vec<LedgerEntry>, Cause> {
    tx.rows(ALL_OF_TASK, &[&id.as_str()]).await?.iter().map(entry).collect()
}

pub(super) async fn entry_of_number(tx: &Tx, entry_id: i64) -> Result<LedgerEntry, Cause> {
    entry(&tx.one(OF_NUMBER, &[&entry_id]).await?)
}

pub(crate) async fn page(
    tx: &Tx,
    filter: &LedgerFilter,
    after: Option<i64>,
    limit: u32,
) -> Result<Vec<LedgerEntry>, Cause> {
    let from = filter.from.map_or(i64::MIN, |time| time.0);
    let to = filter.to.map_or(i64::MAX, |time| time.0);
    // Entries are numbered from 1, so this starts at the first one of the time `from`.
    let start = start_after(tx, after).await?.unwrap_or((from, 0)).max((from, 0));
    let limit = i64::from(limit);
    let range: [Value<'_>; 4] = [&start.0, &start.1, &to, &limit];
    let entries = match &filter.tenant {
        None => tx.rows(PAGE, &range).await?,
        Some(tenant) => {
            let [time, number, to, limit] = range;
            tx.rows(PAGE_OF_TENANT, &[time, number, to, limit, &tenant.as_str()]).await?
        }
    };
    entries.iter().map(entry).collect()
}

pub(crate) async fn newest(tx: &Tx, limit: u32) -> Result<Vec<LedgerEntry>, Cause> {
    tx.rows(NEWEST, &[&i64::from(limit)]).await?.iter().map(entry).collect()
}

/// The place of the last entry that was read.
async fn start_after(tx: &Tx, after: Option<i64>) -> Result<Option<(i64, i64)>, Cause> {
    let Some(entry_id) = after else {
        return Ok(None);
    };
    let found = tx.row(SETTLED_AT, &[&entry_id]).await?;
    found.map(|row| Ok((get(&row, 0)?, entry_id))).transpose()
}

pub(crate) async fn totals(tx: &Tx) -> Result<LedgerTotals, Cause> {
    let row = tx.one(TOTALS, &[]).await?;
    Ok(LedgerTotals {
        entries: unsigned(&row, 0)?,
        tokens: get(&row, 1)?,
        charge_cny_micros: get(&row, 2)?,
        charge_usd_micros: get(&row, 3)?,
    })
}

fn entry(row: &Row) -> Result<LedgerEntry, Cause> {
    Ok(LedgerEntry {
        entry_id: get(row, 0)?,
        kind: kind(get(row, 1)?),
        task_id: task_id(row, 2)?,
        tenant: tenant_name(row, 3)?,
        upstream: get(row, 4)?,
        model: model(row, 5)?,
        sku: get(row, 6)?,
        resolution: get(row, 7)?,
        has_video: get(row, 8)?,
        tokens: get(row, 9)?,
        price_cny_micros_per_million: get(row, 10)?,
        cny_per_usd_micros: get(row, 11)?,
        rate_usd_micros_per_million: get(row, 12)?,
        charge_cny_micros: get(row, 13)?,
        charge_usd_micros: get(row, 14)?,
        tariff: get(row, 15)?,
        task_created_at: time(row, 16)?,
        settled_at: time(row, 17)?,
    })
}

/// The charge is number 0 of its task, and its corrections count from 1.
fn kind(correction: i64) -> LedgerKind {
    if correction == 0 { LedgerKind::Charge } else { LedgerKind::Correction }
}
