//! `CreateAssetGroup` and `CreateAsset`: intent, one send, ownership, answer.
//!
//! The same rule as for tasks: what the tenant is told is on disk, a disconnect loses nothing, and
//! a create whose outcome is unclear is never sent again.

use ark_client::{AssetReply, Outcome as Sent};
use public_url::Schemes;
use seedance_model::{AssetAction, LibraryId, NewAsset, NewAssetGroup};
use tenancy::{LibraryBinding, LibraryIntentId, NewLibraryIntent, NewLibraryItem};
use tracing::Instrument as _;

use crate::clock::unix_seconds;
use crate::error::{ApiError, Kind};
use crate::library::{Library, group_not_found};
use crate::metrics::Call;
use crate::upstream_error;

pub(super) async fn group(library: &Library, new: &NewAssetGroup) -> Result<Vec<u8>, ApiError> {
    let item = NewLibraryItem::Group { name: new.name().to_owned() };
    place(library, AssetAction::CreateAssetGroup, item, new.upstream_body(library.project()?)).await
}

pub(super) async fn asset(library: &Library, new: &NewAsset) -> Result<Vec<u8>, ApiError> {
    let (look_ups, tenant) = (&library.app.look_ups, library.tenant.id);
    let url = look_ups.vet(tenant, "URL", new.url(), Schemes::HttpAndHttps).await?;
    let owned = library.scope.find_group(new.group_id().as_str()).await?;
    owned
        .filter(|group| group.upstream == library.upstream.name)
        .ok_or_else(|| group_not_found(new.group_id()))?;
    let item = NewLibraryItem::Asset {
        group: new.group_id().clone(),
        kind: new.asset_type(),
        name: new.name().map(str::to_owned),
    };
    let body = new.upstream_body(library.project()?, url.as_str());
    place(library, AssetAction::CreateAsset, item, body).await
}

/// Carries the create out in a task of its own: a disconnect drops the handler, not the create.
async fn place(
    library: &Library,
    action: AssetAction,
    item: NewLibraryItem,
    body: Vec<u8>,
) -> Result<Vec<u8>, ApiError> {
    let upstream = library.upstream.name.clone();
    let intent = NewLibraryIntent { upstream, creates: item };
    let intent = library.scope.open_library_intent(intent, library.app.clock.now()).await?;
    let create =
        Create { library: Library::of(&library.app, library.tenant.clone())?, action, intent };
    let created = library.app.work.tracker.spawn(create.send(body).in_current_span());
    let id = created.await.map_err(|_| {
        ApiError::new(Kind::Internal, "the gateway failed while it created the asset").never_retry()
    })??;
    Ok(id.created_body())
}

/// One create under way.
struct Create {
    library: Library,
    action: AssetAction,
    intent: LibraryIntentId,
}

impl Create {
    /// The single POST of the intent, and what is recorded of its outcome.
    async fn send(self, body: Vec<u8>) -> Result<LibraryId, ApiError> {
        let (app, upstream) = (&self.library.app, &self.library.upstream);
        let now = unix_seconds(app.clock.now());
        let calling = upstream.ark.call_asset_action(self.action.name(), body, now);
        match upstream.counted(Call::Asset, calling).await {
            Ok(reply) => self.bind(&reply).await,
            Err(error) => {
                match error.outcome() {
                    Sent::NotSent | Sent::Refused => self.refuse().await,
                    Sent::Unknown => self.leave_open().await,
                }
                Err(upstream_error::of_create(upstream, error))
            }
        }
    }

    /// One commit makes it the tenant's; only then is the tenant told.
    async fn bind(&self, reply: &AssetReply) -> Result<LibraryId, ApiError> {
        let (app, now) = (&self.library.app, self.library.app.clock.now());
        let Ok(id) = LibraryId::created(&reply.result) else {
            self.leave_open().await;
            return Err(upstream_error::unknown_outcome());
        };
        match app.store.bind_library_intent(self.intent, &id, now).await {
            Ok(LibraryBinding::Bound | LibraryBinding::AlreadyBound) => Ok(id),
            Ok(other) => Err(unbound(&id, anyhow::anyhow!("the store answered {other:?}"))),
            Err(failure) => Err(unbound(&id, failure.into())),
        }
    }

    async fn refuse(&self) {
        let (app, now) = (&self.library.app, self.library.app.clock.now());
        note(app.store.refuse_library_intent(self.intent, now).await);
    }

    async fn leave_open(&self) {
        let (app, now) = (&self.library.app, self.library.app.clock.now());
        note(app.store.mark_library_intent_unknown(self.intent, now).await);
    }
}

/// The tenant's answer follows from what the upstream did, whether or not it could be recorded:
/// an intent that stays `sent` is treated like an unclear one.
fn note(recorded: Result<bool, tenancy::Error>) {
    if let Err(failure) = recorded {
        let cause = format!("{:#}", anyhow::Error::new(failure));
        tracing::error!(cause, "outcome of an intent not recorded");
    }
}

/// Created, and not on disk: the log has the id, and the open intent has the rest.
fn unbound(id: &LibraryId, cause: anyhow::Error) -> ApiError {
    tracing::error!(id = id.as_str(), cause = %format!("{cause:#}"), "a created asset is not bound");
    upstream_error::unknown_outcome().because(cause)
}
