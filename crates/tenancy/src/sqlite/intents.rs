//! Statements about intents, up to the point where a task is bound to one.

use rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::columns::{maybe, model, parsed, task_id, time};
use super::{audit_log, limits};
use crate::error::Cause;
use crate::{
    Actor, Idempotency, Intent, IntentId, IntentState, NewIntent, Opening, TenantId, UnixMillis,
};

pub(super) const OPEN: &str = "
    INSERT INTO intents (
        tenant_id, upstream, model, has_video, tariff, terms, idempotency_key, body_sha256,
        state, opened_at, changed_at, reserved_usd_micros
    ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'sent', ?9, ?9, ?10)";

pub(super) const FIND_BY_KEY: &str = "
    SELECT intent_id, body_sha256 FROM intents WHERE tenant_id = ?1 AND idempotency_key = ?2";

pub(super) const FIND: &str = "
    SELECT i.intent_id, i.tenant_id, i.upstream, i.model, i.has_video, i.tariff, terms, state,
           task_id, opened_at
    FROM intents i LEFT JOIN tasks ON seq = task_seq
    WHERE i.intent_id = ?2 AND i.tenant_id = ?1";

/// Platform side: whose intent it is comes out of the row.
pub(super) const FIND_ANYONES: &str = "
    SELECT i.intent_id, i.tenant_id, i.upstream, i.model, i.has_video, i.tariff, terms, state,
           task_id, opened_at
    FROM intents i LEFT JOIN tasks ON seq = task_seq
    WHERE i.intent_id = ?1";

/// Platform side: the reconciler works for all tenants of an upstream account.
pub(super) const LIST_OPEN: &str = "
    SELECT intent_id, tenant_id, upstream, model, has_video, tariff, terms, state, NULL, opened_at
    FROM intents INDEXED BY intents_open
    WHERE upstream = ?1 AND state IN ('sent', 'unknown') AND intent_id > ?2
    ORDER BY intent_id LIMIT ?3";

/// Platform side, for the reconciler like the last one.
pub(super) const LIST_SEARCHED: &str = "
    SELECT i.intent_id, i.tenant_id, i.upstream, i.model, i.has_video, i.tariff, terms, state,
           task_id, opened_at
    FROM intents i INDEXED BY intents_searched LEFT JOIN tasks ON seq = task_seq
    WHERE i.upstream = ?1 AND state IN ('adopted', 'abandoned') AND opened_at >= ?2
    ORDER BY opened_at";

/// Platform side: the intent was opened by the same caller a moment ago.
pub(super) const MARK_UNKNOWN: &str = "
    UPDATE intents SET state = 'unknown', changed_at = ?2 WHERE intent_id = ?1 AND state = 'sent'";

/// Platform side, like the last one. Nothing was bought, so the key may be used again.
pub(super) const CLOSE: &str = "
    UPDATE intents SET state = ?2, changed_at = ?3, idempotency_key = NULL
    WHERE intent_id = ?1 AND state IN ('sent', 'unknown')";

pub(crate) fn open(
    tx: &Connection,
    tenant: TenantId,
    intent: &NewIntent,
    now: UnixMillis,
) -> Result<Opening, Cause> {
    if let Some(idempotency) = &intent.idempotency
        && let Some(known) = known(tx, tenant, idempotency)?
    {
        return Ok(known);
    }
    if let Some(refusal) = limits::refusal(tx, tenant, intent, now)? {
        return Ok(refusal);
    }
    let key = intent.idempotency.as_ref();
    let opened = tx.prepare_cached(OPEN)?.insert(params![
        tenant.0,
        intent.upstream,
        intent.model.name(),
        intent.has_video,
        intent.tariff,
        intent.terms,
        key.map(|idempotency| &idempotency.key),
        key.map(|idempotency| idempotency.body_sha256),
        now.0,
        intent.reserve_usd_micros,
    ]);
    match opened {
        Ok(id) => Ok(Opening::Opened(IntentId(id))),
        // The tenant is there, so the one foreign key that can fail is the tariff's.
        Err(error) if is_foreign_key(&error) => {
            let version = intent.tariff.clone();
            Err(Cause::UnknownTariff { version })
        }
        Err(error) => Err(error.into()),
    }
}

fn is_foreign_key(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|failure| failure.extended_code);
    code == Some(SQLITE_CONSTRAINT_FOREIGNKEY)
}

/// What an idempotency key was used for before, if it was.
fn known(
    tx: &Connection,
    tenant: TenantId,
    idempotency: &Idempotency,
) -> Result<Option<Opening>, Cause> {
    let mut statement = tx.prepare_cached(FIND_BY_KEY)?;
    let found = statement
        .query_row(params![tenant.0, idempotency.key], |row| {
            Ok((IntentId(row.get(0)?), row.get::<_, [u8; 32]>(1)?))
        })
        .optional()?;
    let Some((id, body_sha256)) = found else {
        return Ok(None);
    };
    if body_sha256 != idempotency.body_sha256 {
        return Ok(Some(Opening::Conflict));
    }
    Ok(find(tx, tenant, id)?.map(Opening::Known))
}

pub(crate) fn find(
    tx: &Connection,
    tenant: TenantId,
    id: IntentId,
) -> Result<Option<Intent>, Cause> {
    let mut statement = tx.prepare_cached(FIND)?;
    Ok(statement.query_row([tenant.0, id.0], intent).optional()?)
}

pub(super) fn find_anyones(tx: &Connection, id: IntentId) -> Result<Option<Intent>, Cause> {
    let mut statement = tx.prepare_cached(FIND_ANYONES)?;
    Ok(statement.query_row([id.0], intent).optional()?)
}

pub(crate) fn list_searched(
    tx: &Connection,
    upstream: &str,
    opened_since: UnixMillis,
) -> Result<Vec<Intent>, Cause> {
    let mut statement = tx.prepare_cached(LIST_SEARCHED)?;
    let intents = statement.query_map(params![upstream, opened_since.0], intent)?;
    Ok(intents.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn list_open(
    tx: &Connection,
    upstream: &str,
    after: Option<IntentId>,
    limit: u32,
) -> Result<Vec<Intent>, Cause> {
    let mut statement = tx.prepare_cached(LIST_OPEN)?;
    let after = after.map_or(0, |id| id.0);
    let intents = statement.query_map(params![upstream, after, limit], intent)?;
    Ok(intents.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn mark_unknown(tx: &Connection, id: IntentId, now: UnixMillis) -> Result<bool, Cause> {
    let mut statement = tx.prepare_cached(MARK_UNKNOWN)?;
    Ok(statement.execute([id.0, now.0])? == 1)
}

pub(crate) fn refuse(tx: &Connection, id: IntentId, now: UnixMillis) -> Result<bool, Cause> {
    close(tx, id, IntentState::Refused, now)
}

pub(crate) fn abandon(
    tx: &Connection,
    id: IntentId,
    actor: &Actor,
    now: UnixMillis,
) -> Result<bool, Cause> {
    let abandoned = close(tx, id, IntentState::Abandoned, now)?;
    if abandoned {
        audit_log::record(tx, actor, "abandon-intent", &format!("intent {id}"), "", now)?;
    }
    Ok(abandoned)
}

/// Closes an intent that bought nothing.
fn close(tx: &Connection, id: IntentId, how: IntentState, now: UnixMillis) -> Result<bool, Cause> {
    let mut statement = tx.prepare_cached(CLOSE)?;
    Ok(statement.execute(params![id.0, how.name(), now.0])? == 1)
}

fn intent(row: &Row<'_>) -> rusqlite::Result<Intent> {
    Ok(Intent {
        id: IntentId(row.get(0)?),
        tenant: TenantId(row.get(1)?),
        upstream: row.get(2)?,
        model: model(row, 3)?,
        has_video: row.get(4)?,
        tariff: row.get(5)?,
        terms: row.get(6)?,
        state: parsed(row, 7, "intent state", IntentState::parse)?,
        task: maybe(row, 8, task_id)?,
        opened_at: time(row, 9)?,
    })
}
