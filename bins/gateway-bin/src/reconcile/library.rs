//! Unclear creates of the asset library. They cost nothing: an asset is adopted when a list shows
//! it, a group is looked for by its name, and what nobody has seen for a day is given up.
//!
//! One call a round at most, and rounds without one as the intents age.

use ark_client::ArkClient;
use seedance_model::AssetAction;
use serde_json::json;
use tenancy::{LibraryBinding, LibraryIntent, LibraryIntentId, UnixMillis};

use super::groups::{self, Shown, Verdict};
use super::{ACTOR, CLOCK_SLACK_SECONDS, GIVE_UP_AFTER, INTENTS_PER_READ};
use super::{is_orphan, over_at, pause_between_sweeps};
use crate::app::App;
use crate::clock::{later, unix_seconds};
use crate::metrics::Call;
use crate::upstream::Upstream;

/// Groups in one page of the upstream's list, which is the most that it gives.
const PAGE_SIZE: usize = 100;

/// A walk through the intents of groups, one a round.
#[derive(Debug, Default)]
pub(super) struct GroupSearch {
    /// The intent that was looked for last.
    last: Option<LibraryIntentId>,
    /// When the walk before this one was through.
    ended_at: Option<UnixMillis>,
}

/// Gives up what is old, and looks for one group.
pub(super) async fn round(
    app: &App,
    upstream: &Upstream,
    search: &mut GroupSearch,
) -> anyhow::Result<()> {
    let (now, open) = (app.clock.now(), open_intents(app, upstream).await?);
    give_up_old(app, &open, now).await?;
    let Some(intent) = search.next(upstream, &open, now) else { return Ok(()) };
    let Some(name) = groups::name(intent) else { return Ok(()) };
    let Some(listed) = list(app, upstream, name).await? else { return Ok(()) };
    // Read after the list: whatever is in the list and not bound has its intent in here.
    let open = open_intents(app, upstream).await?;
    let unowned = unowned(app, listed).await?;
    let claims: Vec<_> = open.iter().map(|open| claim(upstream, open, app.clock.now())).collect();
    act_on(app, intent.id, groups::decide(intent.id, &claims, &unowned)).await
}

impl GroupSearch {
    /// The intent whose turn it is, if it is time to look.
    fn next<'a>(
        &mut self,
        upstream: &Upstream,
        open: &'a [LibraryIntent],
        now: UnixMillis,
    ) -> Option<&'a LibraryIntent> {
        let orphans = || {
            let groups = open.iter().filter(|intent| groups::name(intent).is_some());
            groups.filter(|intent| is_orphan(upstream, intent.state, intent.opened_at, now))
        };
        let youngest = orphans().map(|intent| intent.opened_at).max()?;
        let rests = |ended| now < later(ended, pause_between_sweeps(youngest, now));
        if self.last.is_none() && self.ended_at.is_some_and(rests) {
            return None;
        }
        let next = orphans().find(|intent| self.last.is_none_or(|last| intent.id > last));
        self.last = next.map(|intent| intent.id);
        if next.is_none() {
            self.ended_at = Some(now);
        }
        next
    }
}

/// All of them: with one left out, its group would look like another's.
async fn open_intents(app: &App, upstream: &Upstream) -> anyhow::Result<Vec<LibraryIntent>> {
    let mut open: Vec<LibraryIntent> = Vec::new();
    loop {
        let after = open.last().map(|intent| intent.id);
        let more = app.store.open_library_intents(&upstream.name, after, INTENTS_PER_READ).await?;
        if more.is_empty() {
            return Ok(open);
        }
        open.extend(more);
    }
}

fn claim<'a>(upstream: &Upstream, intent: &'a LibraryIntent, now: UnixMillis) -> groups::Claim<'a> {
    let from = unix_seconds(intent.opened_at) - CLOCK_SLACK_SECONDS;
    let until = unix_seconds(over_at(upstream, intent.opened_at));
    groups::Claim {
        intent,
        created: from..=until,
        is_orphan: is_orphan(upstream, intent.state, intent.opened_at, now),
    }
}

/// The newest groups whose names have `name` in them; `None` if the account has no library.
async fn list(app: &App, upstream: &Upstream, name: &str) -> anyhow::Result<Option<Vec<Shown>>> {
    let ark: &ArkClient = &upstream.ark;
    let Some(project) = ark.project() else { return Ok(None) };
    let body = json!({
        "Filter": {"GroupType": "AIGC", "Name": name},
        "ProjectName": project,
        "PageNumber": 1,
        "PageSize": PAGE_SIZE,
        "SortBy": "CreateTime",
        "SortOrder": "Desc",
    });
    let (action, now) = (AssetAction::ListAssetGroups.name(), unix_seconds(app.clock.now()));
    let calling = ark.call_asset_action(action, body.to_string().into_bytes(), now);
    let reply = upstream.counted(Call::Asset, calling).await?;
    Ok(Some(groups::shown(&reply.result)?))
}

/// The listed groups that no tenant owns.
async fn unowned(app: &App, listed: Vec<Shown>) -> anyhow::Result<Vec<Shown>> {
    let ids: Vec<_> = listed.iter().map(|shown| shown.id.clone()).collect();
    let owned = app.store.known_groups(&ids).await?;
    Ok(listed.into_iter().filter(|shown| !owned.contains(&shown.id)).collect())
}

async fn act_on(app: &App, intent: LibraryIntentId, verdict: Verdict<'_>) -> anyhow::Result<()> {
    match verdict {
        Verdict::Adopt(group) => {
            let now = app.clock.now();
            let bound = app.store.adopt_library_intent(intent, &group.id, ACTOR, now).await?;
            let adopted = matches!(bound, LibraryBinding::Bound);
            tracing::warn!(%intent, group = group.id.as_str(), adopted, "a group was found");
        }
        Verdict::Uncertain { groups, claims } => {
            tracing::error!(%intent, groups, claims, "a found group has no certain owner");
        }
        Verdict::Nothing => {}
    }
    Ok(())
}

async fn give_up_old(app: &App, open: &[LibraryIntent], now: UnixMillis) -> anyhow::Result<()> {
    let old = open.iter().filter(|intent| now >= later(intent.opened_at, GIVE_UP_AFTER));
    for intent in old {
        if app.store.abandon_library_intent(intent.id, ACTOR, now).await? {
            tracing::warn!(intent = %intent.id, "an intent of the library is given up");
        }
    }
    Ok(())
}
