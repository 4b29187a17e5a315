//! Statements about intents of the library, up to the point where something is bound to one.

use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, params};
use seedance_model::{LibraryId, MediaKind};

use super::audit_log;
use super::columns::{library_id, maybe, media_kind, parsed, time};
use crate::error::Cause;
use crate::{
    Actor, IntentState, LibraryIntent, LibraryIntentId, NewLibraryIntent, NewLibraryItem, TenantId,
    UnixMillis,
};

pub(super) const OPEN: &str = "
    INSERT INTO library_intents (
        tenant_id, upstream, group_id, kind, name, state, opened_at, changed_at
    ) VALUES (?1, ?2, ?3, ?4, ?5, 'sent', ?6, ?6)";

/// Platform side: whose intent it is comes out of the row.
pub(super) const FIND_ANYONES: &str = "
    SELECT intent_id, i.tenant_id, i.upstream, i.group_id, i.kind, name, state, opened_at,
           coalesce(g.group_id, asset_id)
    FROM library_intents i
    LEFT JOIN asset_groups g ON g.seq = made_group
    LEFT JOIN assets a ON a.seq = made_asset
    WHERE intent_id = ?1";

/// Platform side: the reconciler works for all tenants of an upstream account.
pub(super) const LIST_OPEN: &str = "
    SELECT intent_id, tenant_id, upstream, group_id, kind, name, state, opened_at, NULL
    FROM library_intents INDEXED BY library_intents_open
    WHERE upstream = ?1 AND state IN ('sent', 'unknown') AND intent_id > ?2
    ORDER BY intent_id LIMIT ?3";

/// Platform side: the intent was opened by the same caller a moment ago.
pub(super) const MARK_UNKNOWN: &str = "
    UPDATE library_intents SET state = 'unknown', changed_at = ?2
    WHERE intent_id = ?1 AND state = 'sent'";

/// Platform side, like the last one.
pub(super) const CLOSE: &str = "
    UPDATE library_intents SET state = ?2, changed_at = ?3
    WHERE intent_id = ?1 AND state IN ('sent', 'unknown')";

pub(crate) fn open(
    tx: &Connection,
    tenant: TenantId,
    intent: &NewLibraryIntent,
    now: UnixMillis,
) -> Result<LibraryIntentId, Cause> {
    let (group, kind, name) = match &intent.creates {
        NewLibraryItem::Group { name } => (None, None, Some(name)),
        NewLibraryItem::Asset { group, kind, name } => (Some(group), Some(kind), name.as_ref()),
    };
    let opened = tx.prepare_cached(OPEN)?.insert(params![
        tenant.0,
        intent.upstream,
        group.map(LibraryId::as_str),
        kind.map(|kind| kind.asset_type()),
        name,
        now.0,
    ]);
    match (opened, group) {
        (Ok(id), _) => Ok(LibraryIntentId(id)),
        // The tenant is there, so the one foreign key that can fail is the group's.
        (Err(error), Some(group))
            if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) =>
        {
            Err(Cause::UnknownGroup { group: group.clone() })
        }
        (Err(error), _) => Err(error.into()),
    }
}

pub(super) fn find_anyones(
    tx: &Connection,
    id: LibraryIntentId,
) -> Result<Option<LibraryIntent>, Cause> {
    let mut statement = tx.prepare_cached(FIND_ANYONES)?;
    Ok(statement.query_row([id.0], intent).optional()?)
}

pub(crate) fn list_open(
    tx: &Connection,
    upstream: &str,
    after: Option<LibraryIntentId>,
    limit: u32,
) -> Result<Vec<LibraryIntent>, Cause> {
    let mut statement = tx.prepare_cached(LIST_OPEN)?;
    let after = after.map_or(0, |id| id.0);
    let intents = statement.query_map(params![upstream, after, limit], intent)?;
    Ok(intents.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn mark_unknown(
    tx: &Connection,
    id: LibraryIntentId,
    now: UnixMillis,
) -> Result<bool, Cause> {
    let mut statement = tx.prepare_cached(MARK_UNKNOWN)?;
    Ok(statement.execute([id.0, now.0])? == 1)
}

pub(crate) fn refuse(tx: &Connection, id: LibraryIntentId, now: UnixMillis) -> Result<bool, Cause> {
    close(tx, id, IntentState::Refused, now)
}

pub(crate) fn abandon(
    tx: &Connection,
    id: LibraryIntentId,
    actor: &Actor,
    now: UnixMillis,
) -> Result<bool, Cause> {
    let abandoned = close(tx, id, IntentState::Abandoned, now)?;
    if abandoned {
        let subject = format!("library intent {id}");
        audit_log::record(tx, actor, "abandon-library-intent", &subject, "", now)?;
    }
    Ok(abandoned)
}

/// Closes an intent that created nothing.
fn close(
    tx: &Connection,
    id: LibraryIntentId,
    how: IntentState,
    now: UnixMillis,
) -> Result<bool, Cause> {
    let mut statement = tx.prepare_cached(CLOSE)?;
    Ok(statement.execute(params![id.0, how.name(), now.0])? == 1)
}

fn intent(row: &Row<'_>) -> rusqlite::Result<LibraryIntent> {
    Ok(LibraryIntent {
        id: LibraryIntentId(row.get(0)?),
        tenant: TenantId(row.get(1)?),
        upstream: row.get(2)?,
        creates: creates(maybe(row, 4, media_kind)?, row)?,
        state: parsed(row, 6, "intent state", IntentState::parse)?,
        opened_at: time(row, 7)?,
        item: maybe(row, 8, library_id)?,
    })
}

/// What an intent creates: without a kind, it is a group.
fn creates(kind: Option<MediaKind>, row: &Row<'_>) -> rusqlite::Result<NewLibraryItem> {
    match kind {
        None => Ok(NewLibraryItem::Group { name: row.get(5)? }),
        Some(kind) => {
            Ok(NewLibraryItem::Asset { group: library_id(row, 3)?, kind, name: row.get(5)? })
        }
    }
}
