//! Adoption of groups and assets by intent: a person, or the reconciler, found what an unclear
//! create made. What is adopted because a list shows it is in `assets`.

use std::collections::BTreeSet;

use seedance_model::LibraryId;

use crate::store::Backend;
use crate::{Error, LibraryBinding, LibraryIntentId, Store, UnixMillis, sqlite};

impl Store {
    /// Nobody heard what came of the create, and `actor` found the group or asset that it made:
    /// binds it like [`Store::bind_library_intent`], as adopted, and the audit log says so.
    pub async fn adopt_library_intent(
        &self,
        id: LibraryIntentId,
        item: &LibraryId,
        actor: &str,
        now: UnixMillis,
    ) -> Result<LibraryBinding, Error> {
        let Backend::Sqlite(db) = self.backend();
        let (item, actor) = (item.clone(), actor.to_owned());
        let adopt = move |tx: &_| sqlite::library_adoption::adopt(tx, id, &item, &actor, now);
        db.write("adopt a part of the library for an intent", adopt).await
    }

    /// Those of these groups that are somebody's, whoever owns them; all of one moment.
    ///
    /// For a reconciler that looks for groups which nobody owns. Each id costs one index step.
    pub async fn known_groups(&self, ids: &[LibraryId]) -> Result<BTreeSet<LibraryId>, Error> {
        let Backend::Sqlite(db) = self.backend();
        let ids = ids.to_vec();
        let known = move |tx: &_| sqlite::library_adoption::known_groups(tx, ids);
        db.read("find groups that are somebody's", known).await
    }
}
