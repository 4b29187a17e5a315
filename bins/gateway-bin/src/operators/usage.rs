//! What tenants used, by day and SKU: the ledger's rows, added up by the day of settlement.

use axum::extract::State;
use axum::routing::get;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tenancy::{LedgerTotals, TenantName, UsageFilter, UsageKey};

use super::call::{Answer, Answered, Asked, invalid};
use super::{Desk, Operation, paging};
use crate::acts::tenants;
use crate::error::{ApiError, Kind};
use crate::ledger::decimal;

/// Most days at a time: what is added up stays bounded.
const MOST_DAYS: i64 = 366;
const DAY_SECONDS: i64 = 86_400;

/// Which usage is wanted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UsageQuery {
    /// The first day (UTC).
    #[schemars(example = &"2026-11-01")]
    from: String,
    /// The day after the last one, at most 366 days later.
    #[schemars(example = &"2026-12-01")]
    to: String,
    /// Only this tenant's.
    #[schemars(example = &"acme")]
    tenant: Option<String>,
    /// Only what comes behind this row: `next` of the page before.
    #[schemars(example = &"2026-11-22/acme/doubao-seedance-2-0-720p-novideo")]
    after: Option<String>,
    /// Rows of the page, 100 if not given.
    #[schemars(range(min = 1, max = 500), example = 100)]
    limit: Option<u32>,
}

/// Usage of some days, page by page.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct UsagePage {
    /// What all rows of these days add up to, on the first page; `null` on the others.
    totals: Option<UsageSums>,
    /// The rows of this page: by day, then by tenant in the order of their creation, then by SKU.
    rows: Vec<UsageRow>,
    /// `after` of the next page; `null` on the last one.
    next: Option<String>,
}

/// What one tenant used of one SKU on one day.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct UsageRow {
    /// The day of settlement (UTC); of a correction, the day on which it was made.
    day: String,
    /// The name of the tenant.
    tenant: String,
    /// The name of the SKU.
    sku: String,
    /// What its rows of the ledger add up to.
    #[serde(flatten)]
    sums: UsageSums,
}

/// What rows of the ledger add up to, corrections included.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct UsageSums {
    /// Rows of the ledger.
    entries: u64,
    /// Tokens.
    tokens: i64,
    /// The charge in CNY, an exact decimal.
    charge_cny: String,
    /// The charge in USD, an exact decimal.
    charge_usd: String,
}

impl From<LedgerTotals> for UsageSums {
    fn from(sums: LedgerTotals) -> Self {
        Self {
            entries: sums.entries,
            tokens: sums.tokens,
            charge_cny: decimal(sums.charge_cny_micros),
            charge_usd: decimal(sums.charge_usd_micros),
        }
    }
}

async fn list(State(desk): State<Desk>, Asked(asked): Asked<UsageQuery>) -> Answered<UsagePage> {
    let (limit, store) = (paging::limit(asked.limit)?, &desk.app().store);
    let (from, to) = days(&asked)?;
    let after = asked.after.as_deref().map(key).transpose()?;
    let tenant = match &asked.tenant {
        Some(name) => Some(tenants::find(store, name).await?.name),
        None => None,
    };
    let filter = UsageFilter { tenant, from, to };
    let totals = match after {
        Some(_) => None,
        None => Some(store.usage_totals(&filter).await?.into()),
    };
    let rows = store.usage_page(&filter, after.as_ref(), limit + 1).await?;
    let rows = rows.into_iter().map(|row| UsageRow {
        day: date(row.key.day),
        tenant: row.key.tenant.to_string(),
        sku: row.key.sku,
        sums: row.sums.into(),
    });
    let name = |row: &UsageRow| format!("{}/{}/{}", row.day, row.tenant, row.sku);
    let (rows, next) = paging::cut(rows.collect(), limit, name);
    Ok(Answer(UsagePage { totals, rows, next }))
}

fn days(asked: &UsageQuery) -> Result<(i64, i64), ApiError> {
    let (from, to) = (day("from", &asked.from)?, day("to", &asked.to)?);
    if (1..=MOST_DAYS).contains(&(to - from)) {
        return Ok((from, to));
    }
    let text = format!("give a day that is 1 to {MOST_DAYS} days later than that of `from`");
    Err(invalid("to", text))
}

/// The number of a day, counted from 1970-01-01.
fn day(param: &str, text: &str) -> Result<i64, ApiError> {
    day_number(text).ok_or_else(|| invalid(param, "use a day such as `2026-11-01`".to_owned()))
}

fn day_number(text: &str) -> Option<i64> {
    let is_day = text.len() == "2026-11-01".len();
    let date = Date::strptime("%Y-%m-%d", text).ok().filter(|_| is_day)?;
    let midnight = date.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(midnight.as_second().div_euclid(DAY_SECONDS))
}

fn date(day: i64) -> String {
    let midnight = Timestamp::from_second(day.saturating_mul(DAY_SECONDS));
    midnight
        .map_or_else(|_| day.to_string(), |time| time.to_zoned(TimeZone::UTC).date().to_string())
}

/// The row that a page goes on behind.
fn key(text: &str) -> Result<UsageKey, ApiError> {
    let mut parts = text.splitn(3, '/');
    let read = (|| {
        let (day, tenant, sku) = (parts.next()?, parts.next()?, parts.next()?);
        let (day, tenant) = (day_number(day)?, TenantName::parse(tenant).ok()?);
        (!sku.contains('\0')).then(|| UsageKey { day, tenant, sku: sku.to_owned() })
    })();
    read.ok_or_else(|| invalid("after", "use `next` of the page before".to_owned()))
}

pub(super) fn operations() -> Vec<Operation> {
    let summary = "Show what tenants used, by day of settlement and SKU.";
    let list =
        Operation::new(["GET", "/admin/v1/usage", "listUsage"], "usage", summary, || get(list));
    vec![
        list.asking::<UsageQuery>()
            .answering::<UsagePage>(
                r#"{"totals":{"entries":2,"tokens":217800,"charge_cny":"10.0188",
                "charge_usd":"1.411098"},"rows":[{"day":"2026-11-22","tenant":"acme",
                "sku":"doubao-seedance-2-0-720p-novideo","entries":2,"tokens":217800,
                "charge_cny":"10.0188","charge_usd":"1.411098"}],"next":null}"#,
            )
            .refusing(&[Kind::TenantNotFound]),
    ]
}
