//! Statements about tenants.

use tokio_postgres::Row;

use super::columns::{get, tenant_name, time};
use super::limits::{LOCK_TENANT, limits};
use super::{Tx, audit_log};
use crate::error::Cause;
use crate::tenants::suspension;
use crate::{Actor, NewTenant, Tenant, TenantId, TenantName, UnixMillis};

pub(super) const CREATE: &str = "
    INSERT INTO tenants (name, upstream, tasks_enabled, assets_enabled, created_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (name) DO NOTHING";

pub(super) const FIND: &str = "
    SELECT tenant_id, name, upstream, tasks_enabled, assets_enabled,
           suspended_at IS NOT NULL, created_at,
           requests_per_second, most_live_tasks, monthly_usd_micros
    FROM tenants WHERE name = $1";

pub(super) const LIST: &str = "
    SELECT tenant_id, name, upstream, tasks_enabled, assets_enabled,
           suspended_at IS NOT NULL, created_at,
           requests_per_second, most_live_tasks, monthly_usd_micros
    FROM tenants ORDER BY name";

pub(super) const PAGE: &str = "
    SELECT tenant_id, name, upstream, tasks_enabled, assets_enabled,
           suspended_at IS NOT NULL, created_at,
           requests_per_second, most_live_tasks, monthly_usd_micros
    FROM tenants WHERE name > $1 ORDER BY name LIMIT $2";

/// A tenant that is suspended already keeps the time of its suspension.
pub(super) const SET_SUSPENDED: &str = "
    UPDATE tenants SET suspended_at = CASE WHEN $2 THEN coalesce(suspended_at, $3) END
    WHERE name = $1";

pub(crate) async fn create(
    tx: &Tx,
    tenant: &NewTenant,
    actor: Option<&Actor>,
    now: UnixMillis,
) -> Result<Option<Tenant>, Cause> {
    let row: [super::Value<'_>; 5] = [
        &tenant.name.as_str(),
        &tenant.upstream,
        &tenant.tasks_enabled,
        &tenant.assets_enabled,
        &now.0,
    ];
    if tx.execute(CREATE, &row).await? == 0 {
        return Ok(None);
    }
    if let Some(actor) = actor {
        let (subject, detail) = (format!("tenant {}", tenant.name), tenant.for_audit());
        audit_log::record(tx, actor, "create-tenant", &subject, &detail, now).await?;
    }
    find(tx, &tenant.name).await
}

pub(crate) async fn find(tx: &Tx, name: &TenantName) -> Result<Option<Tenant>, Cause> {
    tx.row(FIND, &[&name.as_str()]).await?.as_ref().map(tenant).transpose()
}

pub(crate) async fn list(tx: &Tx) -> Result<Vec<Tenant>, Cause> {
    tx.rows(LIST, &[]).await?.iter().map(tenant).collect()
}

pub(crate) async fn page(
    tx: &Tx,
    after: Option<&TenantName>,
    limit: u32,
) -> Result<Vec<Tenant>, Cause> {
    // The empty text comes before every name.
    let after = after.map_or("", TenantName::as_str);
    tx.rows(PAGE, &[&after, &i64::from(limit)]).await?.iter().map(tenant).collect()
}

pub(crate) async fn set_suspended(
    tx: &Tx,
    name: &TenantName,
    suspended: bool,
    actor: Option<&Actor>,
    now: UnixMillis,
) -> Result<Option<Tenant>, Cause> {
    tx.row(LOCK_TENANT, &[&name.as_str()]).await?;
    let Some(before) = find(tx, name).await? else {
        return Ok(None);
    };
    tx.execute(SET_SUSPENDED, &[&name.as_str(), &suspended, &now.0]).await?;
    if let Some(actor) = actor.filter(|_| before.suspended != suspended) {
        let (action, detail) = suspension(suspended);
        audit_log::record(tx, actor, action, &format!("tenant {name}"), detail, now).await?;
    }
    find(tx, name).await
}

/// The columns of a tenant, in the order of [`FIND`].
pub(super) fn tenant(row: &Row) -> Result<Tenant, Cause> {
    Ok(Tenant {
        id: TenantId(get(row, 0)?),
        name: tenant_name(row, 1)?,
        upstream: get(row, 2)?,
        tasks_enabled: get(row, 3)?,
        assets_enabled: get(row, 4)?,
        suspended: get(row, 5)?,
        created_at: time(row, 6)?,
        limits: limits(row, 7)?,
    })
}
