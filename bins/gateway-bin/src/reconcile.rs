//! Finds the tasks of creates whose outcome nobody heard: adopted where it is certain whose they
//! are, left to an operator where it is not, given up after a day.
//!
//! Nothing is ever sent again. The upstream has no idempotency key and no field of ours in its
//! records, so a task is known by what was asked for and when.

mod matching;

use std::sync::Arc;
use std::time::Duration;

use ark_client::ListQuery;
use seedance_model::{TaskId, TaskReport};
use tenancy::{Binding, Intent, IntentState, NewTask, UnixMillis};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::clock::{later, unix_seconds};
use crate::upstream::Upstream;
use matching::{Claim, Stray, Verdict};

/// How often open intents are looked at.
const ROUND: Duration = Duration::from_secs(5);
/// Clocks may differ by this much, in seconds, before a task falls out of its intent's window.
const CLOCK_SLACK_SECONDS: i64 = 5;
/// When an intent without a task is given up.
const GIVE_UP_AFTER: Duration = Duration::from_hours(24);
/// Tasks in one page of the upstream's list.
const PAGE_SIZE: u32 = 500;
/// Most pages in one round: LIST is scarce, and the watcher needs it too. The next round goes on
/// with the page after them.
const PAGES_PER_ROUND: u32 = 4;
/// The last page that the upstream has.
const LAST_PAGE: u32 = 500;
/// Intents that are read in one go.
const INTENTS_PER_READ: u32 = 1000;
/// Who the audit log names.
const ACTOR: &str = "reconciler";

/// Looks after the open intents of one account, until `stop`.
pub(crate) async fn reconcile(app: App, upstream: Arc<Upstream>, stop: CancellationToken) {
    let mut rounds = interval(ROUND.min(app.rules.look_interval * 5));
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut page = 1;
    while stop.run_until_cancelled(rounds.tick()).await.is_some() {
        let round = round(&app, &upstream, &mut page);
        if let Some(Err(error)) = stop.run_until_cancelled(round).await {
            let cause = format!("{error:#}");
            tracing::warn!(upstream = upstream.name, cause, "reconciling failed");
        }
    }
}

/// Looks at the next pages of the upstream's list, from `page` on.
async fn round(app: &App, upstream: &Upstream, page: &mut u32) -> anyhow::Result<()> {
    give_up_old_of_library(app, upstream).await?;
    let Some(oldest) = oldest_orphan(app, upstream).await? else {
        *page = 1;
        return Ok(());
    };
    let listed = listed_since(app, upstream, oldest.opened_at, page).await?;
    // Read after the list: whatever is in the list and not bound has its intent in here.
    let intents = open_intents(app, upstream).await?;
    let strays = unowned(app, listed).await?;
    let now = app.clock.now();
    let claims: Vec<Claim> = intents.iter().map(|intent| claim(upstream, intent, now)).collect();
    for verdict in matching::decide(&claims, &strays) {
        act_on(app, upstream, &verdict).await?;
    }
    give_up_old(app, &intents, now).await
}

/// The oldest intent that nobody is working on any more.
async fn oldest_orphan(app: &App, upstream: &Upstream) -> anyhow::Result<Option<Intent>> {
    let now = app.clock.now();
    let open = open_intents(app, upstream).await?;
    Ok(open.into_iter().find(|intent| is_orphan(upstream, intent, now)))
}

/// All of them: with one left out, its task would look like another's, and it would wait behind
/// intents that stay open for a day.
async fn open_intents(app: &App, upstream: &Upstream) -> anyhow::Result<Vec<Intent>> {
    let mut open: Vec<Intent> = Vec::new();
    loop {
        let after = open.last().map(|intent| intent.id);
        let more = app.store.open_intents(&upstream.name, after, INTENTS_PER_READ).await?;
        if more.is_empty() {
            return Ok(open);
        }
        open.extend(more);
    }
}

/// A create that is unclear, or so old that whoever sent it is gone.
fn is_orphan(upstream: &Upstream, intent: &Intent, now: UnixMillis) -> bool {
    let slack = Duration::from_secs(CLOCK_SLACK_SECONDS.unsigned_abs());
    let over = later(intent.opened_at, upstream.create_timeout + slack);
    intent.state == IntentState::Unknown || now >= over
}

fn claim(upstream: &Upstream, intent: &Intent, now: UnixMillis) -> Claim {
    let opened = unix_seconds(intent.opened_at);
    let timeout = i64::try_from(upstream.create_timeout.as_secs()).unwrap_or(i64::MAX);
    Claim {
        intent: intent.id,
        tenant: intent.tenant,
        model: intent.model,
        price: (intent.has_video, intent.tariff.clone()),
        terms: serde_json::from_str(&intent.terms).unwrap_or_default(),
        from: opened - CLOCK_SLACK_SECONDS,
        until: opened.saturating_add(timeout).saturating_add(CLOCK_SLACK_SECONDS),
        is_orphan: is_orphan(upstream, intent, now),
    }
}

/// The upstream's tasks since `since`, newest first, from `page_num` on, as far as one round goes.
/// Leaves in `page_num` where the next round goes on: at the front, once this one was through.
///
/// What is created meanwhile pushes tasks to later pages, so that none is skipped.
async fn listed_since(
    app: &App,
    upstream: &Upstream,
    since: UnixMillis,
    page_num: &mut u32,
) -> anyhow::Result<Vec<TaskReport>> {
    let oldest_wanted = unix_seconds(since) - CLOCK_SLACK_SECONDS;
    let mut listed = Vec::new();
    for _ in 0..PAGES_PER_ROUND {
        upstream.list_quota.take().await;
        let page = upstream.ark.list_tasks(&query(*page_num)).await?;
        let last = page.items.iter().filter_map(TaskReport::created_at).min();
        let is_last = page.items.is_empty() || last.is_some_and(|oldest| oldest < oldest_wanted);
        listed.extend(page.items);
        if is_last || *page_num >= LAST_PAGE {
            *page_num = 1;
            break;
        }
        *page_num += 1;
    }
    tracing::debug!(
        upstream = upstream.name,
        tasks = listed.len(),
        now = app.clock.now().0,
        "listed"
    );
    Ok(listed)
}

fn query(page_num: u32) -> ListQuery {
    ListQuery { page_num, page_size: PAGE_SIZE, task_ids: Vec::new(), status: None }
}

/// The listed tasks that no tenant owns.
async fn unowned(app: &App, listed: Vec<TaskReport>) -> anyhow::Result<Vec<Stray>> {
    let ids: Vec<TaskId> = listed.iter().map(|report| report.id().clone()).collect();
    let owned = app.store.known_tasks(&ids).await?;
    let strays = listed.into_iter().filter(|report| !owned.contains(report.id()));
    Ok(strays.map(Stray::new).collect())
}

async fn act_on(app: &App, upstream: &Upstream, verdict: &Verdict<'_>) -> anyhow::Result<()> {
    match verdict {
        Verdict::Adopt { claim, stray } => {
            let task = adopted_task(app, upstream, claim, &stray.report);
            let now = app.clock.now();
            let bound = app.store.adopt_intent(claim.intent, task, ACTOR, now).await?;
            let adopted = matches!(bound, Binding::Bound);
            tracing::warn!(intent = %claim.intent, task = %stray.report.id(), adopted, "a task was found");
        }
        Verdict::Ambiguous { stray, claims } => {
            let claims = *claims;
            tracing::error!(task = %stray.report.id(), claims, "a found task has no certain owner");
        }
    }
    Ok(())
}

/// The task as its tenant will see it until the watcher looks, which is at once.
fn adopted_task(app: &App, upstream: &Upstream, claim: &Claim, report: &TaskReport) -> NewTask {
    NewTask {
        id: report.id().clone(),
        body: report.public_body(claim.model, |text| upstream.redactor.message(text)),
        next_check_at: app.clock.now(),
    }
}

/// Unclear creates of the asset library cost nothing: an asset is adopted when a list shows it,
/// and what nobody has seen for a day is given up.
async fn give_up_old_of_library(app: &App, upstream: &Upstream) -> anyhow::Result<()> {
    let now = app.clock.now();
    let open = app.store.open_library_intents(&upstream.name, None, INTENTS_PER_READ).await?;
    let old = open.iter().filter(|intent| now >= later(intent.opened_at, GIVE_UP_AFTER));
    for intent in old {
        if app.store.abandon_library_intent(intent.id, ACTOR, now).await? {
            tracing::warn!(intent = %intent.id, "an intent of the library is given up");
        }
    }
    Ok(())
}

async fn give_up_old(app: &App, intents: &[Intent], now: UnixMillis) -> anyhow::Result<()> {
    let old = intents.iter().filter(|intent| now >= later(intent.opened_at, GIVE_UP_AFTER));
    for intent in old {
        if app.store.abandon_intent(intent.id, ACTOR, now).await? {
            tracing::error!(intent = %intent.id, "an intent is given up: no task was found");
        }
    }
    Ok(())
}
