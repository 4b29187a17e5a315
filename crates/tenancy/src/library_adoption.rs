//! Adoption of groups and assets by intent: a person, or the reconciler, found what an unclear
//! create made. What is adopted because a list shows it is in `assets`.

use std::collections::BTreeSet;

use seedance_model::LibraryId;

use crate::backend::{reading, writing};
use crate::{Actor, Error, LibraryBinding, LibraryIntentId, Store, UnixMillis};

impl Store {
    /// Nobody heard what came of the create, and `actor` found the group or asset that it made:
    /// binds it like [`Store::bind_library_intent`], as adopted, and the audit log says so.
    pub async fn adopt_library_intent(
        &self,
        id: LibraryIntentId,
        item: &LibraryId,
        actor: impl Into<Actor>,
        now: UnixMillis,
    ) -> Result<LibraryBinding, Error> {
        let (item, actor) = (item.clone(), actor.into());
        writing!(
            self,
            "adopt a part of the library for an intent",
            library_adoption::adopt(id, &item, &actor, now),
            storing[actor.name(), actor.request_text()]
        )
    }

    /// Those of these groups that are somebody's, whoever owns them; all of one moment.
    ///
    /// For a reconciler that looks for groups which nobody owns. Each id costs one index step.
    pub async fn known_groups(&self, ids: &[LibraryId]) -> Result<BTreeSet<LibraryId>, Error> {
        let ids = ids.to_vec();
        reading!(self, "find groups that are somebody's", library_adoption::known_groups(ids))
    }
}
