//! Binding: the one transaction in which a created group or asset becomes its tenant's.

use rusqlite::{Connection, OptionalExtension, params};
use seedance_model::LibraryId;

use super::library_intents;
use crate::error::Cause;
use crate::{
    IntentState, LibraryBinding, LibraryIntent, LibraryIntentId, NewLibraryItem, UnixMillis,
};

/// The owner comes out of the intent. No row: the id is taken.
pub(super) const INSERT_GROUP: &str = "
    INSERT INTO asset_groups (group_id, tenant_id, upstream, created_at)
    SELECT ?2, tenant_id, upstream, opened_at FROM library_intents WHERE intent_id = ?1
    ON CONFLICT (group_id) DO NOTHING RETURNING seq";

/// Owner, group and kind come out of the intent. No row: the id is taken.
pub(super) const INSERT_ASSET: &str = "
    INSERT INTO assets (asset_id, tenant_id, group_id, upstream, kind, created_at)
    SELECT ?2, tenant_id, group_id, upstream, kind, opened_at
    FROM library_intents WHERE intent_id = ?1
    ON CONFLICT (asset_id) DO NOTHING RETURNING seq";

/// An asset that fits the intent in all it says, and that no sender has claimed.
pub(super) const FIND_ADOPTED: &str = "
    SELECT a.seq FROM library_intents i
    CROSS JOIN assets a USING (tenant_id, group_id, upstream, kind)
    WHERE intent_id = ?1 AND asset_id = ?2
      AND NOT EXISTS (SELECT 1 FROM library_intents WHERE made_asset = a.seq AND state = 'bound')";

/// Platform side: the guess that closed this intent was wrong.
pub(super) const REOPEN: &str = "
    UPDATE library_intents SET state = 'unknown', made_asset = NULL, changed_at = ?2
    WHERE made_asset = ?1";

/// Platform side: the intent was found before.
pub(super) const CLOSE_INTENT: &str = "
    UPDATE library_intents
    SET state = ?2, made_group = iif(kind IS NULL, ?3, NULL),
        made_asset = iif(kind IS NULL, NULL, ?3), changed_at = ?4
    WHERE intent_id = ?1";

pub(crate) fn bind(
    tx: &Connection,
    id: LibraryIntentId,
    item: &LibraryId,
    now: UnixMillis,
) -> Result<LibraryBinding, Cause> {
    let Some(intent) = library_intents::find_anyones(tx, id)? else {
        return Ok(LibraryBinding::NoSuchIntent);
    };
    if let Some(bound) = intent.item {
        return Ok(if bound == *item {
            LibraryBinding::AlreadyBound
        } else {
            LibraryBinding::IntentTaken(bound)
        });
    }
    let state = match intent.state {
        IntentState::Refused => return Ok(LibraryBinding::IntentRefused),
        IntentState::Sent => IntentState::Bound,
        IntentState::Unknown | IntentState::Abandoned => IntentState::Adopted,
        IntentState::Bound | IntentState::Adopted => {
            unreachable!("the schema says what every such intent made")
        }
    };
    let Some(seq) = owned(tx, &intent, item, now)? else {
        return Ok(LibraryBinding::ItemTaken);
    };
    close(tx, id, state, seq, now)?;
    Ok(LibraryBinding::Bound)
}

/// Closes an intent that made the row `seq`.
pub(super) fn close(
    tx: &Connection,
    id: LibraryIntentId,
    how: IntentState,
    seq: i64,
    now: UnixMillis,
) -> Result<(), Cause> {
    tx.prepare_cached(CLOSE_INTENT)?.execute(params![id.0, how.name(), seq, now.0])?;
    Ok(())
}

/// The row that belongs to the intent from now on. `None`: the id is taken.
fn owned(
    tx: &Connection,
    intent: &LibraryIntent,
    item: &LibraryId,
    now: UnixMillis,
) -> Result<Option<i64>, Cause> {
    let insert = match intent.creates {
        NewLibraryItem::Group { .. } => INSERT_GROUP,
        NewLibraryItem::Asset { .. } => INSERT_ASSET,
    };
    match seq(tx, insert, intent.id, item)? {
        Some(seq) => Ok(Some(seq)),
        None if intent.state == IntentState::Sent => claim(tx, intent.id, item, now),
        None => Ok(None),
    }
}

/// Takes an adopted asset over: the sender of the intent knows that it is its own.
fn claim(
    tx: &Connection,
    id: LibraryIntentId,
    item: &LibraryId,
    now: UnixMillis,
) -> Result<Option<i64>, Cause> {
    let adopted = seq(tx, FIND_ADOPTED, id, item)?;
    if let Some(seq) = adopted {
        tx.prepare_cached(REOPEN)?.execute([seq, now.0])?;
    }
    Ok(adopted)
}

/// The `seq` that a statement about an intent and an id answers.
fn seq(
    tx: &Connection,
    statement: &str,
    id: LibraryIntentId,
    item: &LibraryId,
) -> Result<Option<i64>, Cause> {
    let mut statement = tx.prepare_cached(statement)?;
    Ok(statement.query_row(params![id.0, item.as_str()], |row| row.get(0)).optional()?)
}
