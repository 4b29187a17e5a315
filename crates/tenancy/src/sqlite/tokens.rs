//! Statements about tokens. A token is looked up by its hash, so the time that a look-up takes
//! says nothing about the token.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::audit_log;
use super::columns::{maybe_time, time};
use super::tenants::tenant;
use crate::error::Cause;
use crate::tokens::{NewToken, REVOCATION};
use crate::{Actor, Tenant, TenantId, TokenId, TokenRecord, UnixMillis};

pub(super) const ISSUE: &str = "
    INSERT INTO tokens (tenant_id, sha256, hint, label, created_at, expires_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    RETURNING token_id, hint, label, created_at, expires_at, revoked_at";

pub(super) const LIST: &str = "
    SELECT token_id, hint, label, created_at, expires_at, revoked_at
    FROM tokens WHERE tenant_id = ?1 ORDER BY token_id";

pub(super) const PAGE: &str = "
    SELECT token_id, hint, label, created_at, expires_at, revoked_at
    FROM tokens WHERE tenant_id = ?1 AND token_id > ?2 ORDER BY token_id LIMIT ?3";

/// Platform side: an operator revokes by number.
pub(super) const REVOKE: &str = "
    UPDATE tokens SET revoked_at = coalesce(revoked_at, ?2) WHERE token_id = ?1
    RETURNING token_id, hint, label, created_at, expires_at, revoked_at";

/// Platform side: was it revoked before?
pub(super) const REVOKED: &str = "SELECT revoked_at IS NOT NULL FROM tokens WHERE token_id = ?1";

/// Starts with the columns of a tenant.
pub(super) const AUTHENTICATE: &str = "
    SELECT tenant_id, name, upstream, tasks_enabled, assets_enabled,
           suspended_at IS NOT NULL, tenants.created_at,
           requests_per_second, most_live_tasks, monthly_usd_micros
    FROM tokens JOIN tenants USING (tenant_id)
    WHERE sha256 = ?1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?2)";

pub(crate) fn issue(
    tx: &Connection,
    token: &NewToken,
    actor: Option<&Actor>,
    now: UnixMillis,
) -> Result<TokenRecord, Cause> {
    let row = params![
        token.tenant.0,
        token.sha256,
        token.hint,
        token.label,
        now.0,
        token.expires_at.map(|time| time.0),
    ];
    let issued = tx.prepare_cached(ISSUE)?.query_row(row, record)?;
    if let Some(actor) = actor {
        let (subject, detail) = (format!("token {}", issued.id), token.for_audit());
        audit_log::record(tx, actor, "issue-token", &subject, &detail, now)?;
    }
    Ok(issued)
}

pub(crate) fn list(tx: &Connection, tenant: TenantId) -> Result<Vec<TokenRecord>, Cause> {
    let mut statement = tx.prepare_cached(LIST)?;
    let records = statement.query_map([tenant.0], record)?;
    Ok(records.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn page(
    tx: &Connection,
    tenant: TenantId,
    after: Option<TokenId>,
    limit: u32,
) -> Result<Vec<TokenRecord>, Cause> {
    let mut statement = tx.prepare_cached(PAGE)?;
    let after = after.map_or(0, |token| token.0);
    let records = statement.query_map(params![tenant.0, after, limit], record)?;
    Ok(records.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn revoke(
    tx: &Connection,
    id: TokenId,
    actor: Option<&Actor>,
    now: UnixMillis,
) -> Result<Option<TokenRecord>, Cause> {
    let before: Option<bool> =
        tx.prepare_cached(REVOKED)?.query_row([id.0], |row| row.get(0)).optional()?;
    if let (Some(actor), Some(false)) = (actor, before) {
        let subject = format!("token {id}");
        audit_log::record(tx, actor, "revoke-token", &subject, REVOCATION, now)?;
    }
    let mut statement = tx.prepare_cached(REVOKE)?;
    Ok(statement.query_row([id.0, now.0], record).optional()?)
}

pub(crate) fn authenticate(
    tx: &Connection,
    sha256: &[u8; 32],
    now: UnixMillis,
) -> Result<Option<Tenant>, Cause> {
    let mut statement = tx.prepare_cached(AUTHENTICATE)?;
    let found = statement.query_row(params![sha256, now.0], tenant);
    Ok(found.optional()?)
}

fn record(row: &Row<'_>) -> rusqlite::Result<TokenRecord> {
    Ok(TokenRecord {
        id: TokenId(row.get(0)?),
        hint: row.get(1)?,
        label: row.get(2)?,
        created_at: time(row, 3)?,
        expires_at: maybe_time(row, 4)?,
        revoked_at: maybe_time(row, 5)?,
    })
}
