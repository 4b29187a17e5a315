//! Statements of adoption by intent, and of looking for what nobody owns.

use std::collections::BTreeSet;

use seedance_model::LibraryId;

use super::columns::library_id;
use super::{Tx, audit_log, library_binding, library_intents};
use crate::error::Cause;
use crate::{Actor, LibraryBinding, LibraryIntentId, UnixMillis};

/// Platform side: an id of a group is unique over all tenants.
pub(super) const KNOWN: &str = "SELECT group_id FROM asset_groups WHERE group_id = ANY($1)";

/// Binds by hand: the sender of the intent is gone, and so it is adopted even if it was `sent`.
pub(crate) async fn adopt(
    tx: &Tx,
    id: LibraryIntentId,
    item: &LibraryId,
    actor: &Actor,
    now: UnixMillis,
) -> Result<LibraryBinding, Cause> {
    library_intents::mark_unknown(tx, id, now).await?;
    let binding = library_binding::bind(tx, id, item, now).await?;
    if binding == LibraryBinding::Bound {
        let subject = format!("library intent {id}");
        audit_log::record(tx, actor, "adopt-library-intent", &subject, item.as_str(), now).await?;
    }
    Ok(binding)
}

/// Those of the groups that are somebody's.
pub(crate) async fn known_groups(
    tx: &Tx,
    ids: Vec<LibraryId>,
) -> Result<BTreeSet<LibraryId>, Cause> {
    let ids: Vec<&str> = ids.iter().map(LibraryId::as_str).collect();
    tx.rows(KNOWN, &[&ids]).await?.iter().map(|row| library_id(row, 0)).collect()
}
