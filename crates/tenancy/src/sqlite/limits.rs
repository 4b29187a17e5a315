//! Statements about limits. The counters that they read are kept by triggers, so that no
//! statement that moves an intent or a task can forget them.

use rusqlite::{Connection, OptionalExtension, Row, params};
use seedance_model::TaskId;

use super::columns::unsigned;
use super::{audit_log, tenants};
use crate::error::Cause;
use crate::{
    Actor, LimitChange, LimitUse, Limits, NewIntent, Opening, Tenant, TenantId, TenantName,
    UnixMillis,
};

pub(super) const CHANGE: &str = "
    UPDATE tenants SET requests_per_second = ?2, most_live_tasks = ?3, monthly_usd_micros = ?4
    WHERE tenant_id = ?1";

/// The limits come first, in the order of a tenant's columns.
pub(super) const USED: &str = "
    SELECT requests_per_second, most_live_tasks, monthly_usd_micros, live_tasks,
           ifnull(charged_usd_micros, 0), ifnull(reserved_usd_micros, 0)
    FROM tenants t
    JOIN live_counts l ON l.tenant_id = t.tenant_id
    LEFT JOIN spending s ON s.tenant_id = t.tenant_id
        AND month = ifnull(CAST(strftime('%Y%m', ?2 / 1000, 'unixepoch') AS INTEGER), 0)
    WHERE t.tenant_id = ?1";

/// Platform side: whoever settles works for all tenants.
pub(super) const RESERVATION: &str = "
    SELECT reserved_usd_micros FROM tasks JOIN intents USING (intent_id) WHERE task_id = ?1";

pub(crate) fn change(
    tx: &Connection,
    name: &TenantName,
    changes: &[LimitChange],
    actor: &Actor,
    now: UnixMillis,
) -> Result<Option<Tenant>, Cause> {
    let Some(tenant) = tenants::find(tx, name)? else {
        return Ok(None);
    };
    let before = tenant.limits;
    let limits = changes.iter().fold(before, |limits, change| limits.with(*change));
    if limits != before {
        tx.prepare_cached(CHANGE)?.execute(params![
            tenant.id.0,
            limits.requests_per_second.map(u32::from),
            limits.live_tasks,
            limits.monthly_usd_micros,
        ])?;
        let detail = format!("before: {before}; after: {limits}");
        audit_log::record(tx, actor, "change-limits", &format!("tenant {name}"), &detail, now)?;
    }
    Ok(Some(Tenant { limits, ..tenant }))
}

/// Why the intent cannot be opened now, if a limit is in its way.
pub(super) fn refusal(
    tx: &Connection,
    tenant: TenantId,
    intent: &NewIntent,
    now: UnixMillis,
) -> Result<Option<Opening>, Cause> {
    let (limits, used) = limits_and_use(tx, tenant, now)?;
    if let Some(limit) = limits.live_tasks
        && used.live_tasks >= u64::from(limit)
    {
        return Ok(Some(Opening::TooManyLiveTasks { limit }));
    }
    let left = limits.monthly_usd_micros.map(|cap| used.left_usd_micros(cap));
    let over = left.filter(|left| intent.reserve_usd_micros > *left);
    Ok(over.map(|left_usd_micros| Opening::OverBudget { left_usd_micros }))
}

pub(crate) fn used(tx: &Connection, tenant: TenantId, now: UnixMillis) -> Result<LimitUse, Cause> {
    limits_and_use(tx, tenant, now).map(|(_, used)| used)
}

fn limits_and_use(
    tx: &Connection,
    tenant: TenantId,
    now: UnixMillis,
) -> Result<(Limits, LimitUse), Cause> {
    let mut statement = tx.prepare_cached(USED)?;
    Ok(statement.query_row([tenant.0, now.0], |row| {
        let used = LimitUse {
            live_tasks: unsigned(row, 3)?,
            charged_usd_micros: row.get(4)?,
            reserved_usd_micros: row.get(5)?,
        };
        Ok((limits(row, 0)?, used))
    })?)
}

pub(crate) fn reservation(tx: &Connection, task: &TaskId) -> Result<Option<i64>, Cause> {
    let mut statement = tx.prepare_cached(RESERVATION)?;
    Ok(statement.query_row([task.as_str()], |row| row.get(0)).optional()?)
}

/// The three limits, from this column on.
pub(super) fn limits(row: &Row<'_>, first: usize) -> rusqlite::Result<Limits> {
    Ok(Limits {
        requests_per_second: row.get(first)?,
        live_tasks: row.get(first + 1)?,
        monthly_usd_micros: row.get(first + 2)?,
    })
}
