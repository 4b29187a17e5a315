//! What a tenant may do at most: changed, and shown beside what is used.

use seedance_pricing::UsdAmount;
use tenancy::{LimitChange, LimitUse, Store, Tenant, UnixMillis};

use super::{By, Failure, tenants};

/// Changes what is given, and answers how the tenant is now.
pub(crate) async fn change(
    store: &Store,
    tenant: Tenant,
    changes: Vec<LimitChange>,
    by: By,
) -> Result<Tenant, Failure> {
    if changes.is_empty() {
        return Ok(tenant);
    }
    let limited = store.change_limits(&tenant.name, changes, by.actor, by.now).await?;
    limited.ok_or_else(|| tenants::nobody(tenant.name.as_str()))
}

/// How much the tenant uses in this month.
pub(crate) async fn used(
    store: &Store,
    tenant: &Tenant,
    now: UnixMillis,
) -> Result<LimitUse, Failure> {
    Ok(store.limit_use(tenant.id, now).await?)
}

/// What the month has left for further creates, in USD, if there is a cap.
pub(crate) fn left_usd(tenant: &Tenant, used: &LimitUse) -> Option<String> {
    tenant.limits.monthly_usd_micros.map(|cap| usd(used.left_usd_micros(cap)))
}

/// An amount as text.
pub(crate) fn usd(micros: i64) -> String {
    UsdAmount::from_micros(micros).to_string()
}
