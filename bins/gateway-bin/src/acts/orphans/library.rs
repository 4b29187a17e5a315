//! Open intents of the asset library. They are numbered by themselves, so operators know them as
//! `library-7`.

use seedance_model::{AssetAction, LibraryId, LibraryItem, MediaKind};
use serde_json::{Value, json};
use tenancy::{LibraryBinding, LibraryIntent, LibraryIntentId, NewLibraryItem, Store};

use super::{account, before, closed, unchanged, unheard};
use crate::acts::{By, Failure, Reason};
use crate::clock::unix_seconds;
use crate::upstream::{Upstream, Upstreams};

/// What stands before the number of an intent of the library.
const PREFIX: &str = "library-";

/// The number of an intent, if `text` names one of the library.
pub(crate) fn intent_id(text: &str) -> Option<LibraryIntentId> {
    text.strip_prefix(PREFIX).and_then(LibraryIntentId::parse)
}

/// What operators call it.
pub(crate) fn name_of(id: LibraryIntentId) -> String {
    format!("{PREFIX}{id}")
}

/// The upstream has to have it, and an asset in the group of its intent.
pub(crate) async fn adopt(
    store: &Store,
    upstreams: &Upstreams,
    id: LibraryIntentId,
    item: &LibraryId,
    by: By,
) -> Result<(), Failure> {
    let found = find(store, upstreams, id).await?;
    let upstream = account(upstreams, &found.upstream)?;
    let shown = look(upstream, &found, item, &by).await?;
    check(&found, &shown)?;
    match store.adopt_library_intent(id, item, by.actor, by.now).await? {
        LibraryBinding::Bound | LibraryBinding::AlreadyBound => Ok(()),
        other @ (LibraryBinding::IntentTaken(_)
        | LibraryBinding::ItemTaken
        | LibraryBinding::IntentRefused
        | LibraryBinding::NoSuchIntent) => Err(unchanged(&other)),
    }
}

/// Gives an intent up: nothing was made.
pub(crate) async fn abandon(store: &Store, id: LibraryIntentId, by: By) -> Result<(), Failure> {
    let abandoned = store.abandon_library_intent(id, by.actor, by.now).await?;
    if abandoned { Ok(()) } else { Err(closed(&name_of(id))) }
}

/// The open intent of this number: one step for each account.
async fn find(
    store: &Store,
    upstreams: &Upstreams,
    id: LibraryIntentId,
) -> Result<LibraryIntent, Failure> {
    let before = before(&id.to_string()).and_then(|text| LibraryIntentId::parse(&text));
    for upstream in upstreams.iter() {
        let next = store.open_library_intents(&upstream.name, before, 1).await?;
        if let Some(found) = next.into_iter().find(|open| open.id == id) {
            return Ok(found);
        }
    }
    Err(closed(&name_of(id)))
}

/// What the upstream says of it.
async fn look(
    upstream: &Upstream,
    intent: &LibraryIntent,
    item: &LibraryId,
    by: &By,
) -> Result<LibraryItem, Failure> {
    let action = match intent.creates {
        NewLibraryItem::Group { .. } => AssetAction::GetAssetGroup,
        NewLibraryItem::Asset { .. } => AssetAction::GetAsset,
    };
    let keyless = || Failure::new(Reason::NotAdopted, "its upstream has no key pair for assets");
    let project = upstream.ark.project().ok_or_else(keyless)?;
    let body = json!({"Id": item.as_str(), "ProjectName": project}).to_string().into_bytes();
    let reply = upstream.ark.call_asset_action(action.name(), body, unix_seconds(by.now)).await;
    let doing = || format!("asking the upstream for `{}`", item.as_str());
    let reply = reply.map_err(|error| unheard(&doing(), error))?;
    LibraryItem::parse(action, &reply.result)
        .map_err(|error| Failure::new(Reason::Upstream, doing()).because(error))
}

/// An asset is where its intent put it, and what its intent made.
fn check(intent: &LibraryIntent, shown: &LibraryItem) -> Result<(), Failure> {
    let NewLibraryItem::Asset { group, kind, .. } = &intent.creates else { return Ok(()) };
    let id = shown.id().as_str();
    let unfit = |text: String| Err(Failure::new(Reason::NotAdopted, text));
    if shown.group_id().as_ref() != Some(group) {
        return unfit(format!("asset `{id}` is not in group `{}` of the intent", group.as_str()));
    }
    if shown.asset_type() != Some(*kind) {
        return unfit(format!("asset `{id}` is no {} as the intent asked for", kind.asset_type()));
    }
    Ok(())
}

/// What an intent was to create, and its terms as JSON.
pub(crate) fn words(intent: &LibraryIntent) -> (&'static str, Value) {
    match &intent.creates {
        NewLibraryItem::Group { name } => ("group", json!({"name": name})),
        NewLibraryItem::Asset { group, kind, name } => {
            (kind_name(*kind), json!({"group": group.as_str(), "name": name}))
        }
    }
}

fn kind_name(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "image",
        MediaKind::Video => "video",
        MediaKind::Audio => "audio",
    }
}
