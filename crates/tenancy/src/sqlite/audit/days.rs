//! Usage by day, tenant and SKU: is it what the rows of that day add up to?

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::DOING;
use super::file::check_order;
use crate::Error;
use crate::error::Cause;
use crate::sqlite::Sqlite;

const DAY_MILLIS: i64 = 86_400_000;

/// The first day from this one on that has usage, or a row of the ledger.
const NEXT: &str = "
    SELECT min(day) FROM (
        SELECT min(day) AS day FROM usage_days WHERE day >= ?1
        UNION ALL
        SELECT (at - (at % 86400000 + 86400000) % 86400000) / 86400000
        FROM (SELECT min(settled_at) AS at FROM ledger WHERE settled_at >= ?2)
    )";

const ROWS: &str = "
    SELECT tenant_id, sku, tokens, charge_cny_micros, charge_usd_micros
    FROM ledger WHERE settled_at >= ?1 AND settled_at < ?2";

const KEPT: &str = "
    SELECT tenant_id, sku, entries, tokens, charge_cny_micros, charge_usd_micros
    FROM usage_days WHERE day = ?1";

/// Usage of one day: entries, tokens, CNY and USD by tenant and SKU.
type Usage = BTreeMap<i64, BTreeMap<String, [i128; 4]>>;

/// A walk through the days, each of them at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Days {
    /// The last day that was compared, or the day before the first.
    after: i64,
    ended: bool,
    agree: bool,
}

impl Days {
    /// Is every day's usage what its rows add up to?
    pub(super) async fn all_agree(db: &Sqlite) -> Result<bool, Error> {
        let mut days = Self { after: i64::MIN, ended: false, agree: true };
        while days.agree && !days.ended {
            days = db.read(DOING, move |tx| days.next(tx)).await?;
        }
        Ok(days.agree)
    }

    /// Compares the next day.
    fn next(self, tx: &Connection) -> Result<Self, Cause> {
        let first = self.after.saturating_add(1);
        let since = first.saturating_mul(DAY_MILLIS);
        let found: Option<i64> =
            tx.prepare_cached(NEXT)?.query_row((first, since), |row| row.get(0))?;
        let Some(day) = found else { return Ok(Self { ended: true, ..self }) };
        check_order("usage by day", day, self.after)?;
        Ok(Self { after: day, agree: added(tx, day)? == kept(tx, day)?, ..self })
    }
}

fn added(tx: &Connection, day: i64) -> Result<Usage, Cause> {
    let begin = day.saturating_mul(DAY_MILLIS);
    let mut statement = tx.prepare_cached(ROWS)?;
    let mut rows = statement.query((begin, begin.saturating_add(DAY_MILLIS)))?;
    let mut usage = Usage::new();
    while let Some(row) = rows.next()? {
        let of_tenant = usage.entry(row.get(0)?).or_default();
        let sku = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        if !of_tenant.contains_key(sku) {
            of_tenant.insert(sku.to_owned(), [0; 4]);
        }
        let Some([entries, tokens, cny, usd]) = of_tenant.get_mut(sku) else { continue };
        *entries += 1;
        *tokens += i128::from(row.get::<_, i64>(2)?);
        *cny += i128::from(row.get::<_, i64>(3)?);
        *usd += i128::from(row.get::<_, i64>(4)?);
    }
    Ok(usage)
}

fn kept(tx: &Connection, day: i64) -> Result<Usage, Cause> {
    let mut statement = tx.prepare_cached(KEPT)?;
    let mut rows = statement.query([day])?;
    let mut usage = Usage::new();
    while let Some(row) = rows.next()? {
        let mut sums = [0; 4];
        for (sum, column) in sums.iter_mut().zip(2..) {
            *sum = row.get::<_, i64>(column)?.into();
        }
        usage.entry(row.get(0)?).or_default().insert(row.get(1)?, sums);
    }
    Ok(usage)
}
