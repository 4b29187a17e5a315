//! Statements about limits. The counters that they read are kept by triggers, so that no
//! statement that moves an intent or a task can forget them.

use seedance_model::TaskId;
use tokio_postgres::Row;

use super::columns::{get, unsigned};
use super::failing::ServerCause;
use super::{Tx, Value, audit_log, tenants};
use crate::error::Cause;
use crate::{
    Actor, LimitChange, LimitUse, Limits, NewIntent, Opening, Tenant, TenantId, TenantName,
    UnixMillis,
};

/// Of two changes of a tenant's limits, one comes after the other.
pub(super) const LOCK_TENANT: &str = "
    SELECT tenant_id FROM tenants WHERE name = $1 FOR NO KEY UPDATE";

pub(super) const CHANGE: &str = "
    UPDATE tenants SET requests_per_second = $2, most_live_tasks = $3, monthly_usd_micros = $4
    WHERE tenant_id = $1";

/// Of two intents of a tenant, one comes after the other, and looks at the limits after that.
pub(super) const LOCK_COUNT: &str = "
    SELECT live_tasks FROM live_counts WHERE tenant_id = $1 FOR NO KEY UPDATE";

/// The limits come first, in the order of a tenant's columns.
pub(super) const USED: &str = "
    SELECT requests_per_second, most_live_tasks, monthly_usd_micros, live_tasks,
           coalesce(charged_usd_micros, 0), coalesce(reserved_usd_micros, 0)
    FROM tenants t
    JOIN live_counts l ON l.tenant_id = t.tenant_id
    LEFT JOIN spending s ON s.tenant_id = t.tenant_id AND month = month_of($2)
    WHERE t.tenant_id = $1";

/// Platform side: whoever settles works for all tenants.
pub(super) const RESERVATION: &str = "
    SELECT reserved_usd_micros FROM tasks JOIN intents USING (intent_id) WHERE task_id = $1";

pub(crate) async fn change(
    tx: &Tx,
    name: &TenantName,
    changes: &[LimitChange],
    actor: &Actor,
    now: UnixMillis,
) -> Result<Option<Tenant>, Cause> {
    tx.row(LOCK_TENANT, &[&name.as_str()]).await?;
    let Some(tenant) = tenants::find(tx, name).await? else {
        return Ok(None);
    };
    let before = tenant.limits;
    let limits = changes.iter().fold(before, |limits, change| limits.with(*change));
    if limits != before {
        let row: [Value<'_>; 4] = [
            &tenant.id.0,
            &limits.requests_per_second.map(|limit| i64::from(u32::from(limit))),
            &limits.live_tasks.map(i64::from),
            &limits.monthly_usd_micros,
        ];
        tx.execute(CHANGE, &row).await?;
        let (subject, detail) =
            (format!("tenant {name}"), format!("before: {before}; after: {limits}"));
        audit_log::record(tx, actor, "change-limits", &subject, &detail, now).await?;
    }
    Ok(Some(Tenant { limits, ..tenant }))
}

/// Lets no other intent of the tenant be opened until this transaction ends.
pub(super) async fn lock(tx: &Tx, tenant: TenantId) -> Result<(), Cause> {
    tx.row(LOCK_COUNT, &[&tenant.0]).await?;
    Ok(())
}

/// Why the intent cannot be opened now, if a limit is in its way.
pub(super) async fn refusal(
    tx: &Tx,
    tenant: TenantId,
    intent: &NewIntent,
    now: UnixMillis,
) -> Result<Option<Opening>, Cause> {
    let (limits, used) = limits_and_use(tx, tenant, now).await?;
    if let Some(limit) = limits.live_tasks
        && used.live_tasks >= u64::from(limit)
    {
        return Ok(Some(Opening::TooManyLiveTasks { limit }));
    }
    let left = limits.monthly_usd_micros.map(|cap| used.left_usd_micros(cap));
    let over = left.filter(|left| intent.reserve_usd_micros > *left);
    Ok(over.map(|left_usd_micros| Opening::OverBudget { left_usd_micros }))
}

pub(crate) async fn used(tx: &Tx, tenant: TenantId, now: UnixMillis) -> Result<LimitUse, Cause> {
    limits_and_use(tx, tenant, now).await.map(|(_, used)| used)
}

async fn limits_and_use(
    tx: &Tx,
    tenant: TenantId,
    now: UnixMillis,
) -> Result<(Limits, LimitUse), Cause> {
    let row = tx.one(USED, &[&tenant.0, &now.0]).await?;
    let used = LimitUse {
        live_tasks: unsigned(&row, 3)?,
        charged_usd_micros: get(&row, 4)?,
        reserved_usd_micros: get(&row, 5)?,
    };
    Ok((limits(&row, 0)?, used))
}

pub(crate) async fn reservation(tx: &Tx, task: &TaskId) -> Result<Option<i64>, Cause> {
    let found = tx.row(RESERVATION, &[&task.as_str()]).await?;
    found.as_ref().map(|row| get(row, 0)).transpose()
}

/// The three limits, from this column on.
pub(super) fn limits(row: &Row, first: usize) -> Result<Limits, Cause> {
    Ok(Limits {
        requests_per_second: small(row, first)?.and_then(std::num::NonZeroU32::new),
        live_tasks: small(row, first + 1)?,
        monthly_usd_micros: get(row, first + 2)?,
    })
}

/// A limit that fits into 32 bits.
fn small(row: &Row, column: usize) -> Result<Option<u32>, Cause> {
    let number: Option<i64> = get(row, column)?;
    let unreadable =
        |number: i64| ServerCause::Unreadable { what: "limit", text: number.to_string() };
    let small = number.map(|number| u32::try_from(number).map_err(|_| unreadable(number)));
    Ok(small.transpose()?)
}
