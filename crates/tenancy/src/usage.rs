//! What tenants used, by day of settlement (UTC) and SKU: the ledger, added up as it is written.

use crate::backend::reading;
use crate::{Error, LedgerTotals, Store, TenantName};

/// What one tenant used of one SKU on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The day, the tenant and the SKU; no two have the same.
    pub key: UsageKey,
    /// What its rows of the ledger add up to, corrections included.
    pub sums: LedgerTotals,
}

/// Which usage it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageKey {
    /// The day of settlement (UTC), counted from 1970-01-01; of a correction, that of its own row.
    pub day: i64,
    /// The name of the tenant.
    pub tenant: TenantName,
    /// The name of the SKU.
    pub sku: String,
}

/// Which usage is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageFilter {
    /// Only this tenant's.
    pub tenant: Option<TenantName>,
    /// The first day, counted from 1970-01-01.
    pub from: i64,
    /// The day after the last one.
    pub to: i64,
}

impl Store {
    /// A page of usage: at most `limit` rows, by day, then in the order in which the tenants were
    /// created, then by SKU.
    ///
    /// `after` is the key of the last row of the page before. Costs as many steps as it answers
    /// rows.
    pub async fn usage_page(
        &self,
        filter: &UsageFilter,
        after: Option<&UsageKey>,
        limit: u32,
    ) -> Result<Vec<Usage>, Error> {
        let (filter, after) = (filter.clone(), after.cloned());
        reading!(self, "read the usage", usage::page(&filter, after.as_ref(), limit))
    }

    /// The sums of the days: what the ledger's rows add up to that were settled on them.
    ///
    /// One step for each tenant, day and SKU that was used, whatever the number of tasks.
    pub async fn usage_totals(&self, filter: &UsageFilter) -> Result<LedgerTotals, Error> {
        let filter = filter.clone();
        reading!(self, "sum the usage", usage::totals(&filter))
    }
}
