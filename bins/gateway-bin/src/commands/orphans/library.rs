//! Open intents of the asset library: shown beside those of tasks, and decided on like them.
//!
//! They are numbered by themselves, so here they are called `library-7`.

use anyhow::{Context as _, bail};
use seedance_model::{AssetAction, LibraryId, LibraryItem, MediaKind};
use serde_json::json;
use tenancy::{LibraryBinding, LibraryIntent, LibraryIntentId, NewLibraryItem, Store, Tenant};

use super::{PAGE, connect};
use crate::clock::{Clock, unix_seconds};
use crate::commands::Misuse;
use crate::config::Config;
use crate::output;
use crate::upstream::Upstream;

/// What stands before the number of an intent of the library.
const PREFIX: &str = "library-";

/// The number of an intent, if `text` names one of the library.
pub(super) fn intent_id(text: &str) -> Option<LibraryIntentId> {
    text.strip_prefix(PREFIX).and_then(LibraryIntentId::parse)
}

pub(super) async fn open_intents(
    store: &Store,
    config: &Config,
) -> anyhow::Result<Vec<LibraryIntent>> {
    let mut open = Vec::new();
    for upstream in &config.upstreams {
        let mut after = None;
        loop {
            let page = store.open_library_intents(&upstream.name, after, PAGE).await?;
            after = page.last().map(|intent| intent.id);
            let is_last = page.len() < PAGE as usize;
            open.extend(page);
            if is_last {
                break;
            }
        }
    }
    Ok(open)
}

/// The upstream has to have it, and an asset in the group of its intent.
pub(super) async fn adopt(
    store: &Store,
    config: Config,
    intent: LibraryIntentId,
    id: &str,
    actor: &str,
) -> anyhow::Result<()> {
    let item = LibraryId::parse(id).ok_or_else(|| Misuse(format!("`{id}` cannot be an id")))?;
    let open = open_intents(store, &config).await?;
    let found = open.into_iter().find(|open| open.id == intent);
    let found = found.with_context(|| format!("no intent {PREFIX}{intent} is open"))?;
    let upstreams = connect(config)?;
    let upstream = upstreams.get(&found.upstream).context("its upstream is not configured")?;
    let shown = look(upstream, &found, &item).await?;
    check(&found, &shown)?;
    let now = Clock::system().now();
    let bound = store.adopt_library_intent(intent, &item, actor, now).await?;
    if !matches!(bound, LibraryBinding::Bound | LibraryBinding::AlreadyBound) {
        bail!("nothing was changed: {bound:?}");
    }
    output::line(&format!("intent {PREFIX}{intent} has adopted `{id}`"))?;
    Ok(())
}

pub(super) async fn abandon(
    store: &Store,
    intent: LibraryIntentId,
    actor: &str,
) -> anyhow::Result<()> {
    if !store.abandon_library_intent(intent, actor, Clock::system().now()).await? {
        bail!("no intent {PREFIX}{intent} is open");
    }
    output::line(&format!("intent {PREFIX}{intent} is given up"))?;
    Ok(())
}

/// What the upstream says of it.
async fn look(
    upstream: &Upstream,
    intent: &LibraryIntent,
    item: &LibraryId,
) -> anyhow::Result<LibraryItem> {
    let action = match intent.creates {
        NewLibraryItem::Group { .. } => AssetAction::GetAssetGroup,
        NewLibraryItem::Asset { .. } => AssetAction::GetAsset,
    };
    let project = upstream.ark.project().context("its upstream has no key pair for assets")?;
    let body = json!({"Id": item.as_str(), "ProjectName": project}).to_string().into_bytes();
    let now = unix_seconds(Clock::system().now());
    let reply = upstream.ark.call_asset_action(action.name(), body, now).await;
    let reply = reply.with_context(|| format!("asking the upstream for `{}`", item.as_str()))?;
    Ok(LibraryItem::parse(action, &reply.result)?)
}

/// An asset is where its intent put it, and what its intent made.
fn check(intent: &LibraryIntent, shown: &LibraryItem) -> anyhow::Result<()> {
    let NewLibraryItem::Asset { group, kind, .. } = &intent.creates else { return Ok(()) };
    let id = shown.id().as_str();
    if shown.group_id().as_ref() != Some(group) {
        bail!("asset `{id}` is not in group `{}` of the intent", group.as_str());
    }
    if shown.asset_type() != Some(*kind) {
        bail!("asset `{id}` is no {} as the intent asked for", kind.asset_type());
    }
    Ok(())
}

pub(super) fn row(intent: &LibraryIntent, tenants: &[Tenant]) -> Vec<String> {
    let tenant = tenants.iter().find(|tenant| tenant.id == intent.tenant);
    let (creates, terms) = match &intent.creates {
        NewLibraryItem::Group { name } => ("group", json!({"name": name})),
        NewLibraryItem::Asset { group, kind, name } => {
            (kind_name(*kind), json!({"group": group.as_str(), "name": name}))
        }
    };
    vec![
        format!("{PREFIX}{}", intent.id),
        creates.to_owned(),
        tenant.map(|tenant| tenant.name.to_string()).unwrap_or_default(),
        intent.upstream.clone(),
        String::new(),
        intent.state.name().to_owned(),
        output::time(intent.opened_at),
        terms.to_string(),
    ]
}

fn kind_name(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "image",
        MediaKind::Video => "video",
        MediaKind::Audio => "audio",
    }
}
