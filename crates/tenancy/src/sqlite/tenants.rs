//! Statements about tenants.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::audit_log;
use super::columns::{tenant_name, time};
use super::limits::limits;
use crate::error::Cause;
use crate::tenants::suspension;
use crate::{Actor, NewTenant, Tenant, TenantId, TenantName, UnixMillis};

pub(super) const CREATE: &str = "
    INSERT INTO tenants (name, upstream, tasks_enabled, assets_enabled, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (name) DO NOTHING";

pub(super) const FIND: &str = "
    SELECT tenant_id, name, upstream, tasks_enabled, assets_enabled,
           suspended_at IS NOT NULL, created_at,
           requests_per_second, most_live_tasks, monthly_usd_micros
    FROM tenants WHERE name = ?1";

pub(super) const LIST: &str = "
    SELECT tenant_id, name, upstream, tasks_enabled, assets_enabled,
           suspended_at IS NOT NULL, created_at,
           requests_per_second, most_live_tasks, monthly_usd_micros
    FROM tenants ORDER BY name";

pub(super) const PAGE: &str = "
    SELECT tenant_id, name, upstream, tasks_enabled, assets_enabled,
           suspended_at IS NOT NULL, created_at,
           requests_per_second, most_live_tasks, monthly_usd_micros
    FROM tenants WHERE name > ?1 ORDER BY name LIMIT ?2";

/// A tenant that is suspended already keeps the time of its suspension.
pub(super) const SET_SUSPENDED: &str = "
    UPDATE tenants SET suspended_at = CASE WHEN ?2 THEN coalesce(suspended_at, ?3) END
    WHERE name = ?1";

pub(crate) fn create(
    tx: &Connection,
    tenant: &NewTenant,
    actor: Option<&Actor>,
    now: UnixMillis,
) -> Result<Option<Tenant>, Cause> {
    let created = tx.prepare_cached(CREATE)?.execute(params![
        tenant.name.as_str(),
        tenant.upstream,
        tenant.tasks_enabled,
        tenant.assets_enabled,
        now.0,
    ])?;
    if created == 0 {
        return Ok(None);
    }
    if let Some(actor) = actor {
        let (subject, detail) = (format!("tenant {}", tenant.name), tenant.for_audit());
        audit_log::record(tx, actor, "create-tenant", &subject, &detail, now)?;
    }
    find(tx, &tenant.name)
}

pub(crate) fn find(tx: &Connection, name: &TenantName) -> Result<Option<Tenant>, Cause> {
    let mut statement = tx.prepare_cached(FIND)?;
    Ok(statement.query_row([name.as_str()], tenant).optional()?)
}

pub(crate) fn list(tx: &Connection) -> Result<Vec<Tenant>, Cause> {
    let mut statement = tx.prepare_cached(LIST)?;
    let tenants = statement.query_map([], tenant)?;
    Ok(tenants.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn page(
    tx: &Connection,
    after: Option<&TenantName>,
    limit: u32,
) -> Result<Vec<Tenant>, Cause> {
    let mut statement = tx.prepare_cached(PAGE)?;
    // The empty text comes before every name.
    let after = after.map_or("", TenantName::as_str);
    Ok(statement.query_map(params![after, limit], tenant)?.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn set_suspended(
    tx: &Connection,
    name: &TenantName,
    suspended: bool,
    actor: Option<&Actor>,
    now: UnixMillis,
) -> Result<Option<Tenant>, Cause> {
    let Some(before) = find(tx, name)? else {
        return Ok(None);
    };
    let mut statement = tx.prepare_cached(SET_SUSPENDED)?;
    statement.execute(params![name.as_str(), suspended, now.0])?;
    if let Some(actor) = actor.filter(|_| before.suspended != suspended) {
        let (action, detail) = suspension(suspended);
        audit_log::record(tx, actor, action, &format!("tenant {name}"), detail, now)?;
    }
    find(tx, name)
}

/// The columns of a tenant, in the order of [`FIND`].
pub(super) fn tenant(row: &Row<'_>) -> rusqlite::Result<Tenant> {
    Ok(Tenant {
        id: TenantId(row.get(0)?),
        name: tenant_name(row, 1)?,
        upstream: row.get(2)?,
        tasks_enabled: row.get(3)?,
        assets_enabled: row.get(4)?,
        suspended: row.get(5)?,
        created_at: time(row, 6)?,
        limits: limits(row, 7)?,
    })
}
