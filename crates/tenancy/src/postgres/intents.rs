//! Statements about intents, up to the point where a task is bound to one.

use tokio_postgres::Row;
use tokio_postgres::error::SqlState;

use super::columns::{get, maybe, model, parsed, task_id, tenant, time};
use super::{Tx, Value, audit_log, limits};
use crate::error::Cause;
use crate::{Actor, Intent, IntentId, IntentState, NewIntent, Opening, TenantId, UnixMillis};

pub(super) const OPEN: &str = "
    INSERT INTO intents (
        tenant_id, upstream, model, has_video, tariff, terms, idempotency_key, body_sha256,
        state, opened_at, changed_at, reserved_usd_micros
    ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'sent', $9, $9, $10)
    RETURNING intent_id";

pub(super) const FIND_BY_KEY: &str = "
    SELECT intent_id, body_sha256 FROM intents WHERE tenant_id = $1 AND idempotency_key = $2";

pub(super) const FIND: &str = "
    SELECT i.intent_id, i.tenant_id, i.upstream, i.model, i.has_video, i.tariff, terms, state,
           task_id, opened_at
    FROM intents i LEFT JOIN tasks ON seq = task_seq
    WHERE i.intent_id = $2 AND i.tenant_id = $1";

/// Platform side: whose intent it is comes out of the row, which is locked: of two who decide
/// about it, one comes after the other.
pub(super) const FIND_ANYONES: &str = "
    SELECT i.intent_id, i.tenant_id, i.upstream, i.model, i.has_video, i.tariff, terms, state,
           (SELECT task_id FROM tasks WHERE seq = task_seq), opened_at
    FROM intents i
    WHERE i.intent_id = $1 FOR UPDATE";

/// Platform side: the reconciler works for all tenants of an upstream account.
pub(super) const LIST_OPEN: &str = "
    SELECT intent_id, tenant_id, upstream, model, has_video, tariff, terms, state,
           NULL::text, opened_at
    FROM intents
    WHERE upstream = $1 AND state IN ('sent', 'unknown') AND intent_id > $2
    ORDER BY intent_id LIMIT $3";

/// Platform side, for the reconciler like the last one.
pub(super) const LIST_SEARCHED: &str = "
    SELECT i.intent_id, i.tenant_id, i.upstream, i.model, i.has_video, i.tariff, terms, state,
           task_id, opened_at
    FROM intents i LEFT JOIN tasks ON seq = task_seq
    WHERE i.upstream = $1 AND state IN ('adopted', 'abandoned') AND opened_at >= $2
    ORDER BY opened_at, i.intent_id";

/// Platform side: the intent was opened by the same caller a moment ago.
pub(super) const MARK_UNKNOWN: &str = "
    UPDATE intents SET state = 'unknown', changed_at = $2 WHERE intent_id = $1 AND state = 'sent'";

/// Platform side, like the last one. Nothing was bought, so the key may be used again.
pub(super) const CLOSE: &str = "
    UPDATE intents SET state = $2, changed_at = $3, idempotency_key = NULL
    WHERE intent_id = $1 AND state IN ('sent', 'unknown')";

pub(crate) async fn open(
    tx: &Tx,
    tenant: TenantId,
    intent: &NewIntent,
    now: UnixMillis,
) -> Result<Opening, Cause> {
    if let Some(known) = known(tx, tenant, intent).await? {
        return Ok(known);
    }
    limits::lock(tx, tenant).await?;
    // A twin that was in front is known by now, and was not counted against this one.
    if let Some(known) = known(tx, tenant, intent).await? {
        return Ok(known);
    }
    if let Some(refusal) = limits::refusal(tx, tenant, intent, now).await? {
        return Ok(refusal);
    }
    insert(tx, tenant, intent, now).await.map(Opening::Opened)
}

/// The number of the new intent.
async fn insert(
    tx: &Tx,
    tenant: TenantId,
    intent: &NewIntent,
    now: UnixMillis,
) -> Result<IntentId, Cause> {
    let key = intent.idempotency.as_ref();
    let row: [Value<'_>; 10] = [
        &tenant.0,
        &intent.upstream,
        &intent.model.name(),
        &intent.has_video,
        &intent.tariff,
        &intent.terms,
        &key.map(|idempotency| &idempotency.key),
        &key.map(|idempotency| idempotency.body_sha256.as_slice()),
        &now.0,
        &intent.reserve_usd_micros,
    ];
    match tx.one(OPEN, &row).await {
        Ok(row) => get(&row, 0).map(IntentId),
        // The tenant is there, so the one foreign key that can fail is the tariff's.
        Err(cause) if cause.is_refusal(&SqlState::FOREIGN_KEY_VIOLATION) => {
            let version = intent.tariff.clone();
            Err(Cause::UnknownTariff { version })
        }
        Err(cause) => Err(cause),
    }
}

/// What an idempotency key was used for before, if it was.
async fn known(tx: &Tx, tenant: TenantId, intent: &NewIntent) -> Result<Option<Opening>, Cause> {
    let Some(idempotency) = &intent.idempotency else {
        return Ok(None);
    };
    let Some(found) = tx.row(FIND_BY_KEY, &[&tenant.0, &idempotency.key]).await? else {
        return Ok(None);
    };
    let body_sha256: &[u8] = get(&found, 1)?;
    if body_sha256 != idempotency.body_sha256 {
        return Ok(Some(Opening::Conflict));
    }
    let id = IntentId(get(&found, 0)?);
    Ok(find(tx, tenant, id).await?.map(Opening::Known))
}

pub(crate) async fn find(tx: &Tx, tenant: TenantId, id: IntentId) -> Result<Option<Intent>, Cause> {
    tx.row(FIND, &[&tenant.0, &id.0]).await?.as_ref().map(intent).transpose()
}

pub(super) async fn find_anyones(tx: &Tx, id: IntentId) -> Result<Option<Intent>, Cause> {
    tx.row(FIND_ANYONES, &[&id.0]).await?.as_ref().map(intent).transpose()
}

pub(crate) async fn list_searched(
    tx: &Tx,
    upstream: &str,
    opened_since: UnixMillis,
) -> Result<Vec<Intent>, Cause> {
    tx.rows(LIST_SEARCHED, &[&upstream, &opened_since.0]).await?.iter().map(intent).collect()
}

pub(crate) async fn list_open(
    tx: &Tx,
    upstream: &str,
    after: Option<IntentId>,
    limit: u32,
) -> Result<Vec<Intent>, Cause> {
    let after = after.map_or(0, |id| id.0);
    let intents = tx.rows(LIST_OPEN, &[&upstream, &after, &i64::from(limit)]).await?;
    intents.iter().map(intent).collect()
}

pub(crate) async fn mark_unknown(tx: &Tx, id: IntentId, now: UnixMillis) -> Result<bool, Cause> {
    Ok(tx.execute(MARK_UNKNOWN, &[&id.0, &now.0]).await? == 1)
}

pub(crate) async fn refuse(tx: &Tx, id: IntentId, now: UnixMillis) -> Result<bool, Cause> {
    close(tx, id, IntentState::Refused, now).await
}

pub(crate) async fn abandon(
    tx: &Tx,
    id: IntentId,
    actor: &Actor,
    now: UnixMillis,
) -> Result<bool, Cause> {
    let abandoned = close(tx, id, IntentState::Abandoned, now).await?;
    if abandoned {
        audit_log::record(tx, actor, "abandon-intent", &format!("intent {id}"), "", now).await?;
    }
    Ok(abandoned)
}

/// Closes an intent that bought nothing.
async fn close(tx: &Tx, id: IntentId, how: IntentState, now: UnixMillis) -> Result<bool, Cause> {
    Ok(tx.execute(CLOSE, &[&id.0, &how.name(), &now.0]).await? == 1)
}

fn intent(row: &Row) -> Result<Intent, Cause> {
    Ok(Intent {
        id: IntentId(get(row, 0)?),
        tenant: tenant(row, 1)?,
        upstream: get(row, 2)?,
        model: model(row, 3)?,
        has_video: get(row, 4)?,
        tariff: get(row, 5)?,
        terms: get(row, 6)?,
        state: parsed(row, 7, "intent state", IntentState::parse)?,
        task: maybe(row, 8, task_id)?,
        opened_at: time(row, 9)?,
    })
}
