//! Intents of the asset library: a group or an asset about to be created.
//!
//! The same rule as for tasks: durable before a byte leaves for the upstream, and sent at most
//! once. Nothing is charged for them, so they carry no tariff and no idempotency key.

use seedance_model::{LibraryId, MediaKind};

use crate::backend::{reading, writing};
use crate::{Actor, Error, IntentState, LibraryIntentId, Store, TenantId, TenantScope, UnixMillis};

/// An intent of the library to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLibraryIntent {
    /// The name of the upstream account that the create goes to.
    pub upstream: String,
    /// What it is to create.
    pub creates: NewLibraryItem,
}

/// What is to be created in the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewLibraryItem {
    /// A group of assets.
    Group {
        /// What its tenant calls it.
        name: String,
    },
    /// An asset.
    Asset {
        /// The group that it goes into, which is the tenant's.
        group: LibraryId,
        /// What it is.
        kind: MediaKind,
        /// What its tenant calls it, where it was given a name.
        name: Option<String>,
    },
}

/// An intent of the library as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryIntent {
    /// Its number.
    pub id: LibraryIntentId,
    /// Whose it is.
    pub tenant: TenantId,
    /// The name of the upstream account that the create went to.
    pub upstream: String,
    /// What it was to create.
    pub creates: NewLibraryItem,
    /// How far it got.
    pub state: IntentState,
    /// When it was opened.
    pub opened_at: UnixMillis,
    /// The group or asset that was created, once it is bound or adopted.
    pub item: Option<LibraryId>,
}

/// What came of binding a group or an asset to its intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LibraryBinding {
    /// It is the tenant's from now on.
    Bound,
    /// It was bound to this very intent before; nothing was changed.
    AlreadyBound,
    /// The intent created something else; nothing was changed.
    IntentTaken(LibraryId),
    /// It belongs to another intent or another tenant; nothing was changed.
    ItemTaken,
    /// The intent was refused, so it created nothing; nothing was changed.
    IntentRefused,
    /// There is no such intent.
    NoSuchIntent,
}

impl TenantScope {
    /// Writes an intent of the library down: the caller may send it, once.
    ///
    /// It survives a crash and a power cut. For an asset in a group that is not the tenant's in
    /// that account, it is an error.
    pub async fn open_library_intent(
        &self,
        intent: NewLibraryIntent,
        now: UnixMillis,
    ) -> Result<LibraryIntentId, Error> {
        let tenant = self.tenant;
        let name = match &intent.creates {
            NewLibraryItem::Group { name } => name,
            NewLibraryItem::Asset { name, .. } => name.as_deref().unwrap_or_default(),
        };
        writing!(self, "open an intent of the library",
            library_intents::open(tenant, &intent, now), storing [&intent.upstream, name])
    }
}

impl Store {
    /// Makes the group or asset that an intent created the tenant's, and closes the intent: one
    /// transaction.
    ///
    /// Which of the two it is says the intent. A `sent` intent becomes bound, an `unknown` or
    /// abandoned one adopted. A `sent` one may also claim an asset of its own tenant, group and
    /// kind that [`TenantScope::adopt_asset`] adopted before: its sender knows, and adoption
    /// guessed. The intent that the guess had closed is `unknown` again.
    pub async fn bind_library_intent(
        &self,
        id: LibraryIntentId,
        item: &LibraryId,
        now: UnixMillis,
    ) -> Result<LibraryBinding, Error> {
        let item = item.clone();
        writing!(
            self,
            "bind a part of the library to its intent",
            library_binding::bind(id, &item, now)
        )
    }

    /// The upstream refused the create: nothing was created.
    ///
    /// `false`: the intent is neither `sent` nor `unknown`, and nothing was changed.
    pub async fn refuse_library_intent(
        &self,
        id: LibraryIntentId,
        now: UnixMillis,
    ) -> Result<bool, Error> {
        writing!(
            self,
            "record that an intent of the library was refused",
            library_intents::refuse(id, now)
        )
    }

    /// Nobody knows what came of the create. `false`: it is not `sent`, and nothing was changed.
    pub async fn mark_library_intent_unknown(
        &self,
        id: LibraryIntentId,
        now: UnixMillis,
    ) -> Result<bool, Error> {
        writing!(
            self,
            "mark an intent of the library unknown",
            library_intents::mark_unknown(id, now)
        )
    }

    /// Nothing was found in time: `actor` gives the intent up, and the audit log says so.
    ///
    /// `false`: the intent is neither `sent` nor `unknown`, and nothing was changed.
    pub async fn abandon_library_intent(
        &self,
        id: LibraryIntentId,
        actor: impl Into<Actor>,
        now: UnixMillis,
    ) -> Result<bool, Error> {
        let actor: Actor = actor.into();
        writing!(
            self,
            "abandon an intent of the library",
            library_intents::abandon(id, &actor, now),
            storing[actor.name(), actor.request_text()]
        )
    }

    /// The `sent` and `unknown` intents of the library in an upstream account, oldest first, at
    /// most `limit`.
    ///
    /// `after` is the last intent of the page before. Costs as many steps as it answers rows.
    pub async fn open_library_intents(
        &self,
        upstream: &str,
        after: Option<LibraryIntentId>,
        limit: u32,
    ) -> Result<Vec<LibraryIntent>, Error> {
        let upstream = upstream.to_owned();
        reading!(
            self,
            "list the open intents of the library",
            library_intents::list_open(&upstream, after, limit)
        )
    }
}
