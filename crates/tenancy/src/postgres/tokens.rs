//! Statements about tokens. A token is looked up by its hash, so the time that a look-up takes
//! says nothing about the token.

use tokio_postgres::Row;

use super::columns::{get, maybe_time, time};
use super::tenants::tenant;
use super::{Tx, audit_log};
use crate::error::Cause;
use crate::tokens::{NewToken, REVOCATION};
use crate::{Actor, Tenant, TenantId, TokenId, TokenRecord, UnixMillis};

pub(super) const ISSUE: &str = "
    INSERT INTO tokens (tenant_id, sha256, hint, label, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    RETURNING token_id, hint, label, created_at, expires_at, revoked_at";

pub(super) const LIST: &str = "
    SELECT token_id, hint, label, created_at, expires_at, revoked_at
    FROM tokens WHERE tenant_id = $1 ORDER BY token_id";

pub(super) const PAGE: &str = "
    SELECT token_id, hint, label, created_at, expires_at, revoked_at
    FROM tokens WHERE tenant_id = $1 AND token_id > $2 ORDER BY token_id LIMIT $3";

/// Platform side: an operator revokes by number.
pub(super) const REVOKE: &str = "
    UPDATE tokens SET revoked_at = coalesce(revoked_at, $2) WHERE token_id = $1
    RETURNING token_id, hint, label, created_at, expires_at, revoked_at";

/// Platform side: was it revoked before?
pub(super) const REVOKED: &str =
    "SELECT revoked_at IS NOT NULL FROM tokens WHERE token_id = $1 FOR UPDATE";

/// Starts with the columns of a tenant.
pub(super) const AUTHENTICATE: &str = "
    SELECT tenant_id, name, upstream, tasks_enabled, assets_enabled,
           suspended_at IS NOT NULL, tenants.created_at,
           requests_per_second, most_live_tasks, monthly_usd_micros
    FROM tokens JOIN tenants USING (tenant_id)
    WHERE sha256 = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)";

pub(crate) async fn issue(
    tx: &Tx,
    token: &NewToken,
    actor: Option<&Actor>,
    now: UnixMillis,
) -> Result<TokenRecord, Cause> {
    let row: [super::Value<'_>; 6] = [
        &token.tenant.0,
        &token.sha256.as_slice(),
        &token.hint,
        &token.label,
        &now.0,
        &token.expires_at.map(|time| time.0),
    ];
    let issued = record(&tx.one(ISSUE, &row).await?)?;
    if let Some(actor) = actor {
        let (subject, detail) = (format!("token {}", issued.id), token.for_audit());
        audit_log::record(tx, actor, "issue-token", &subject, &detail, now).await?;
    }
    Ok(issued)
}

pub(crate) async fn list(tx: &Tx, tenant: TenantId) -> Result<Vec<TokenRecord>, Cause> {
    tx.rows(LIST, &[&tenant.0]).await?.iter().map(record).collect()
}

pub(crate) async fn page(
    tx: &Tx,
    tenant: TenantId,
    after: Option<TokenId>,
    limit: u32,
) -> Result<Vec<TokenRecord>, Cause> {
    let after = after.map_or(0, |token| token.0);
    tx.rows(PAGE, &[&tenant.0, &after, &i64::from(limit)]).await?.iter().map(record).collect()
}

pub(crate) async fn revoke(
    tx: &Tx,
    id: TokenId,
    actor: Option<&Actor>,
    now: UnixMillis,
) -> Result<Option<TokenRecord>, Cause> {
    let before = tx.row(REVOKED, &[&id.0]).await?;
    let before: Option<bool> = before.as_ref().map(|row| get(row, 0)).transpose()?;
    if let (Some(actor), Some(false)) = (actor, before) {
        let subject = format!("token {id}");
        audit_log::record(tx, actor, "revoke-token", &subject, REVOCATION, now).await?;
    }
    tx.row(REVOKE, &[&id.0, &now.0]).await?.as_ref().map(record).transpose()
}

pub(crate) async fn authenticate(
    tx: &Tx,
    sha256: &[u8; 32],
    now: UnixMillis,
) -> Result<Option<Tenant>, Cause> {
    let found = tx.row(AUTHENTICATE, &[&sha256.as_slice(), &now.0]).await?;
    found.as_ref().map(tenant).transpose()
}

fn record(row: &Row) -> Result<TokenRecord, Cause> {
    Ok(TokenRecord {
        id: TokenId(get(row, 0)?),
        hint: get(row, 1)?,
        label: get(row, 2)?,
        created_at: time(row, 3)?,
        expires_at: maybe_time(row, 4)?,
        revoked_at: maybe_time(row, 5)?,
    })
}
