//! Statements about intents of the library, up to the point where something is bound to one.

use seedance_model::{LibraryId, MediaKind};
use tokio_postgres::Row;
use tokio_postgres::error::SqlState;

use super::columns::{get, library_id, maybe, media_kind, parsed, tenant, time};
use super::{Tx, Value, audit_log};
use crate::error::Cause;
use crate::{
    Actor, IntentState, LibraryIntent, LibraryIntentId, NewLibraryIntent, NewLibraryItem, TenantId,
    UnixMillis,
};

pub(super) const OPEN: &str = "
    INSERT INTO library_intents (
        tenant_id, upstream, group_id, kind, name, state, opened_at, changed_at
    ) VALUES ($1, $2, $3, $4, $5, 'sent', $6, $6)
    RETURNING intent_id";

/// Platform side: whose intent it is comes out of the row, which is locked.
pub(super) const FIND_ANYONES: &str = "
    SELECT intent_id, tenant_id, upstream, group_id, kind, name, state, opened_at,
           coalesce((SELECT g.group_id FROM asset_groups g WHERE g.seq = made_group),
                    (SELECT asset_id FROM assets a WHERE a.seq = made_asset))
    FROM library_intents
    WHERE intent_id = $1 FOR UPDATE";

/// Platform side: the reconciler works for all tenants of an upstream account.
pub(super) const LIST_OPEN: &str = "
    SELECT intent_id, tenant_id, upstream, group_id, kind, name, state, opened_at, NULL::text
    FROM library_intents
    WHERE upstream = $1 AND state IN ('sent', 'unknown') AND intent_id > $2
    ORDER BY intent_id LIMIT $3";

/// Platform side: the intent was opened by the same caller a moment ago.
pub(super) const MARK_UNKNOWN: &str = "
    UPDATE library_intents SET state = 'unknown', changed_at = $2
    WHERE intent_id = $1 AND state = 'sent'";

/// Platform side, like the last one.
pub(super) const CLOSE: &str = "
    UPDATE library_intents SET state = $2, changed_at = $3
    WHERE intent_id = $1 AND state IN ('sent', 'unknown')";

pub(crate) async fn open(
    tx: &Tx,
    tenant: TenantId,
    intent: &NewLibraryIntent,
    now: UnixMillis,
) -> Result<LibraryIntentId, Cause> {
    let (group, kind, name) = match &intent.creates {
        NewLibraryItem::Group { name } => (None, None, Some(name)),
        NewLibraryItem::Asset { group, kind, name } => (Some(group), Some(kind), name.as_ref()),
    };
    let row: [Value<'_>; 6] = [
        &tenant.0,
        &intent.upstream,
        &group.map(LibraryId::as_str),
        &kind.map(|kind| kind.asset_type()),
        &name,
        &now.0,
    ];
    match (tx.one(OPEN, &row).await, group) {
        (Ok(row), _) => get(&row, 0).map(LibraryIntentId),
        // The tenant is there, so the one foreign key that can fail is the group's.
        (Err(cause), Some(group)) if cause.is_refusal(&SqlState::FOREIGN_KEY_VIOLATION) => {
            Err(Cause::UnknownGroup { group: group.clone() })
        }
        (Err(cause), _) => Err(cause),
    }
}

pub(super) async fn find_anyones(
    tx: &Tx,
    id: LibraryIntentId,
) -> Result<Option<LibraryIntent>, Cause> {
    tx.row(FIND_ANYONES, &[&id.0]).await?.as_ref().map(intent).transpose()
}

pub(crate) async fn list_open(
    tx: &Tx,
    upstream: &str,
    after: Option<LibraryIntentId>,
    limit: u32,
) -> Result<Vec<LibraryIntent>, Cause> {
    let after = after.map_or(0, |id| id.0);
    let intents = tx.rows(LIST_OPEN, &[&upstream, &after, &i64::from(limit)]).await?;
    intents.iter().map(intent).collect()
}

pub(crate) async fn mark_unknown(
    tx: &Tx,
    id: LibraryIntentId,
    now: UnixMillis,
) -> Result<bool, Cause> {
    Ok(tx.execute(MARK_UNKNOWN, &[&id.0, &now.0]).await? == 1)
}

pub(crate) async fn refuse(tx: &Tx, id: LibraryIntentId, now: UnixMillis) -> Result<bool, Cause> {
    close(tx, id, IntentState::Refused, now).await
}

pub(crate) async fn abandon(
    tx: &Tx,
    id: LibraryIntentId,
    actor: &Actor,
    now: UnixMillis,
) -> Result<bool, Cause> {
    let abandoned = close(tx, id, IntentState::Abandoned, now).await?;
    if abandoned {
        let subject = format!("library intent {id}");
        audit_log::record(tx, actor, "abandon-library-intent", &subject, "", now).await?;
    }
    Ok(abandoned)
}

/// Closes an intent that created nothing.
async fn close(
    tx: &Tx,
    id: LibraryIntentId,
    how: IntentState,
    now: UnixMillis,
) -> Result<bool, Cause> {
    Ok(tx.execute(CLOSE, &[&id.0, &how.name(), &now.0]).await? == 1)
}

fn intent(row: &Row) -> Result<LibraryIntent, Cause> {
    Ok(LibraryIntent {
        id: LibraryIntentId(get(row, 0)?),
        tenant: tenant(row, 1)?,
        upstream: get(row, 2)?,
        creates: creates(maybe(row, 4, media_kind)?, row)?,
        state: parsed(row, 6, "intent state", IntentState::parse)?,
        opened_at: time(row, 7)?,
        item: maybe(row, 8, library_id)?,
    })
}

/// What an intent creates: without a kind, it is a group.
fn creates(kind: Option<MediaKind>, row: &Row) -> Result<NewLibraryItem, Cause> {
    match kind {
        None => Ok(NewLibraryItem::Group { name: get(row, 5)? }),
        Some(kind) => {
            Ok(NewLibraryItem::Asset { group: library_id(row, 3)?, kind, name: get(row, 5)? })
        }
    }
}
