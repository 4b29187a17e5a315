//! Statements of adoption by intent, and of looking for what nobody owns.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension};
use seedance_model::LibraryId;

use super::{audit_log, library_binding, library_intents};
use crate::error::Cause;
use crate::{Actor, LibraryBinding, LibraryIntentId, UnixMillis};

/// Platform side: an id of a group is unique over all tenants.
pub(super) const IS_TAKEN: &str = "SELECT 1 FROM asset_groups WHERE group_id = ?1";

/// Binds by hand: the sender of the intent is gone, and so it is adopted even if it was `sent`.
pub(crate) fn adopt(
    tx: &Connection,
    id: LibraryIntentId,
    item: &LibraryId,
    actor: &Actor,
    now: UnixMillis,
) -> Result<LibraryBinding, Cause> {
    library_intents::mark_unknown(tx, id, now)?;
    let binding = library_binding::bind(tx, id, item, now)?;
    if binding == LibraryBinding::Bound {
        let subject = format!("library intent {id}");
        audit_log::record(tx, actor, "adopt-library-intent", &subject, item.as_str(), now)?;
    }
    Ok(binding)
}

/// Those of the groups that are somebody's.
pub(crate) fn known_groups(
    tx: &Connection,
    ids: Vec<LibraryId>,
) -> Result<BTreeSet<LibraryId>, Cause> {
    let mut statement = tx.prepare_cached(IS_TAKEN)?;
    let mut known = BTreeSet::new();
    for id in ids {
        if statement.query_row([id.as_str()], |_| Ok(())).optional()?.is_some() {
            known.insert(id);
        }
    }
    Ok(known)
}
