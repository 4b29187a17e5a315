//! Binding: the one transaction in which a created group or asset becomes its tenant's.

use seedance_model::LibraryId;

use super::columns::get;
use super::{Tx, library_intents};
use crate::error::Cause;
use crate::{
    IntentState, LibraryBinding, LibraryIntent, LibraryIntentId, NewLibraryItem, UnixMillis,
};

/// The owner comes out of the intent. No row: the id is taken, in whichever index it is found.
pub(super) const INSERT_GROUP: &str = "
    INSERT INTO asset_groups (group_id, tenant_id, upstream, created_at)
    SELECT $2::text, tenant_id, upstream, opened_at FROM library_intents WHERE intent_id = $1
    ON CONFLICT DO NOTHING RETURNING seq";

/// Owner, group and kind come out of the intent. No row: the id is taken.
pub(super) const INSERT_ASSET: &str = "
    INSERT INTO assets (asset_id, tenant_id, group_id, upstream, kind, created_at)
    SELECT $2::text, tenant_id, group_id, upstream, kind, opened_at
    FROM library_intents WHERE intent_id = $1
    ON CONFLICT DO NOTHING RETURNING seq";

/// Platform side: of two who claim an asset, one comes after the other, and looks after that.
pub(super) const LOCK_ASSET: &str = "SELECT seq FROM assets WHERE asset_id = $1 FOR UPDATE";

/// An asset that fits the intent in all it says, and that no sender has claimed.
pub(super) const FIND_ADOPTED: &str = "
    SELECT a.seq FROM library_intents i
    JOIN assets a USING (tenant_id, group_id, upstream, kind)
    WHERE intent_id = $1 AND asset_id = $2
      AND NOT EXISTS (SELECT 1 FROM library_intents WHERE made_asset = a.seq AND state = 'bound')";

/// Platform side: the guess that closed this intent was wrong.
pub(super) const REOPEN: &str = "
    UPDATE library_intents SET state = 'unknown', made_asset = NULL, changed_at = $2
    WHERE made_asset = $1";

/// Platform side: the intent was found before.
pub(super) const CLOSE_INTENT: &str = "
    UPDATE library_intents
    SET state = $2, made_group = CASE WHEN kind IS NULL THEN $3::int8 END,
        made_asset = CASE WHEN kind IS NOT NULL THEN $3::int8 END, changed_at = $4
    WHERE intent_id = $1";

pub(crate) async fn bind(
    tx: &Tx,
    id: LibraryIntentId,
    item: &LibraryId,
    now: UnixMillis,
) -> Result<LibraryBinding, Cause> {
    let Some(intent) = library_intents::find_anyones(tx, id).await? else {
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
    let Some(seq) = owned(tx, &intent, item, now).await? else {
        return Ok(LibraryBinding::ItemTaken);
    };
    close(tx, id, state, seq, now).await?;
    Ok(LibraryBinding::Bound)
}

/// Closes an intent that made the row `seq`.
pub(super) async fn close(
    tx: &Tx,
    id: LibraryIntentId,
    how: IntentState,
    seq: i64,
    now: UnixMillis,
) -> Result<(), Cause> {
    tx.execute(CLOSE_INTENT, &[&id.0, &how.name(), &seq, &now.0]).await?;
    Ok(())
}

/// The row that belongs to the intent from now on. `None`: the id is taken.
async fn owned(
    tx: &Tx,
    intent: &LibraryIntent,
    item: &LibraryId,
    now: UnixMillis,
) -> Result<Option<i64>, Cause> {
    let insert = match intent.creates {
        NewLibraryItem::Group { .. } => INSERT_GROUP,
        NewLibraryItem::Asset { .. } => INSERT_ASSET,
    };
    match seq(tx, insert, intent.id, item).await? {
        Some(seq) => Ok(Some(seq)),
        None if intent.state == IntentState::Sent => claim(tx, intent.id, item, now).await,
        None => Ok(None),
    }
}

/// Takes an adopted asset over: the sender of the intent knows that it is its own.
async fn claim(
    tx: &Tx,
    id: LibraryIntentId,
    item: &LibraryId,
    now: UnixMillis,
) -> Result<Option<i64>, Cause> {
    tx.row(LOCK_ASSET, &[&item.as_str()]).await?;
    let adopted = seq(tx, FIND_ADOPTED, id, item).await?;
    if let Some(seq) = adopted {
        tx.execute(REOPEN, &[&seq, &now.0]).await?;
    }
    Ok(adopted)
}

/// The `seq` that a statement about an intent and an id answers.
async fn seq(
    tx: &Tx,
    statement: &str,
    id: LibraryIntentId,
    item: &LibraryId,
) -> Result<Option<i64>, Cause> {
    let found = tx.row(statement, &[&id.0, &item.as_str()]).await?;
    found.as_ref().map(|row| get(row, 0)).transpose()
}
