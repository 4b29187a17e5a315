//! Finds the tasks of creates whose outcome nobody heard: adopted where it is certain whose they
//! are, left to an operator where it is not, given up after a day.
//!
//! Nothing is ever sent again. The upstream has no idempotency key and no field of ours in its
//! records, so a task is known by what was asked for and when.

mod groups;
mod library;
mod matching;

use std::time::Duration;

use ark_client::ListQuery;
use seedance_model::{TaskId, TaskReport};
use tenancy::{Binding, Intent, IntentState, NewTask, UnixMillis};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::app::{App, Current};
use crate::clock::{later, unix_seconds};
use crate::metrics::Call;
use crate::upstream::Upstream;
use library::GroupSearch;
use matching::{Claim, Standing, Stray, Verdict};

/// How often open intents are looked at.
const ROUND: Duration = Duration::from_secs(5);
/// Clocks may differ by this much, in seconds, before a task falls out of its intent's window.
const CLOCK_SLACK_SECONDS: i64 = 5;
/// When an intent without a task is given up.
const GIVE_UP_AFTER: Duration = Duration::from_hours(24);
/// Tasks in one page of the upstream's list.
const PAGE_SIZE: u32 = 500;
/// The longest pause between two sweeps through the list. LIST is scarce and the watcher needs it,
/// so an intent is looked for often while it is young, and rarely once it has been looked for.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);
/// The pause between two sweeps is this part of the youngest intent's age.
const PAUSE_PART_OF_AGE: i64 = 4;
/// The last page that the upstream has.
const LAST_PAGE: u32 = 500;
/// Intents that are read in one go.
const INTENTS_PER_READ: u32 = 1000;
/// What a reconciler leads.
const LEAD: &str = "reconcile";
/// Who the audit log names.
const ACTOR: &str = "reconciler";

/// Looks after the open intents of one account, until `stop`.
pub(crate) async fn reconcile(current: Current, name: String, stop: CancellationToken) {
    let mut rounds = interval(ROUND.min(current.app().rules.look_interval * 5));
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut sweep, mut search) = (Sweep::default(), GroupSearch::default());
    while stop.run_until_cancelled(rounds.tick()).await.is_some() {
        let Some((app, upstream)) = current.account(&name) else { break };
        let both = async {
            // One gateway searches, so that no two of them decide on one task.
            let now = app.clock.now();
            if !app.replica.leads(&app.store, LEAD, &upstream.name, now).await? {
                return Ok(());
            }
            let of_tasks = round(&app, &upstream, &mut sweep).await;
            // The one does not wait for the other's upstream to recover.
            of_tasks.and(library::round(&app, &upstream, &mut search).await)
        };
        if let Some(Err(error)) = stop.run_until_cancelled(both).await {
            let cause = format!("{error:#}");
            tracing::warn!(upstream = upstream.name, cause, "reconciling failed");
        }
    }
    let app = current.app();
    app.replica.gives_back(&app.store, LEAD, &name).await;
}

/// A walk through the upstream's list, one page a round.
#[derive(Debug, Default)]
struct Sweep {
    /// Pages that were looked at.
    pages_done: u32,
    /// When the sweep before this one was through.
    last_ended_at: Option<UnixMillis>,
}

impl Sweep {
    /// Whether a new sweep would be too early: old intents have been looked for before.
    fn rests(&self, youngest: UnixMillis, now: UnixMillis) -> bool {
        let pause = pause_between_sweeps(youngest, now);
        self.pages_done == 0 && self.last_ended_at.is_some_and(|ended| now < later(ended, pause))
    }
}

/// Short while the youngest intent is young, long once all have been looked for again and again.
fn pause_between_sweeps(youngest: UnixMillis, now: UnixMillis) -> Duration {
    let age_millis = now.0.saturating_sub(youngest.0).max(0);
    let part = u64::try_from(age_millis / PAUSE_PART_OF_AGE).unwrap_or_default();
    Duration::from_millis(part).min(LONGEST_PAUSE)
}

/// Looks at the next page of the upstream's list.
async fn round(app: &App, upstream: &Upstream, sweep: &mut Sweep) -> anyhow::Result<()> {
    let (now, open) = (app.clock.now(), open_intents(app, upstream).await?);
    give_up_old(app, &open, now).await?;
    let orphans =
        || open.iter().filter(|intent| is_orphan(upstream, intent.state, intent.opened_at, now));
    let (Some(oldest), Some(youngest)) = (orphans().next(), orphans().next_back()) else {
        *sweep = Sweep::default();
        return Ok(());
    };
    if sweep.rests(youngest.opened_at, now) {
        return Ok(());
    }
    let listed = next_page(app, upstream, oldest.opened_at, sweep).await?;
    // Read after the list: whatever is in the list and not bound has its intent in here.
    let mut intents = open_intents(app, upstream).await?;
    let since = opened_since(upstream, oldest.opened_at);
    intents.extend(app.store.searched_intents(&upstream.name, since).await?);
    let strays = unowned(app, listed).await?;
    let now = app.clock.now();
    let claims: Vec<Claim> = intents.iter().map(|intent| claim(upstream, intent, now)).collect();
    for verdict in matching::decide(&claims, &strays) {
        act_on(app, upstream, &verdict).await?;
    }
    Ok(())
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
fn is_orphan(
    upstream: &Upstream,
    state: IntentState,
    opened_at: UnixMillis,
    now: UnixMillis,
) -> bool {
    state == IntentState::Unknown || now >= over_at(upstream, opened_at)
}

/// When a create that was begun at `opened_at` has nobody left who works on it.
fn over_at(upstream: &Upstream, opened_at: UnixMillis) -> UnixMillis {
    let slack = Duration::from_secs(CLOCK_SLACK_SECONDS.unsigned_abs());
    later(opened_at, upstream.create_timeout + slack)
}

/// Intents that were opened earlier have no task in common with one that was opened at `oldest`.
fn opened_since(upstream: &Upstream, oldest: UnixMillis) -> UnixMillis {
    let slack = Duration::from_secs(CLOCK_SLACK_SECONDS.unsigned_abs());
    oldest.minus(upstream.create_timeout + 2 * slack)
}

fn standing(upstream: &Upstream, intent: &Intent, now: UnixMillis) -> Standing {
    let is_open = matches!(intent.state, IntentState::Sent | IntentState::Unknown);
    match is_open {
        false => Standing::Closed,
        true if is_orphan(upstream, intent.state, intent.opened_at, now) => Standing::Orphan,
        true => Standing::UnderWay,
    }
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
        standing: standing(upstream, intent, now),
    }
}

/// The next page of the upstream's tasks, newest first; the sweep ends with the page that reaches
/// back to `since`.
///
/// What is created meanwhile pushes tasks to later pages, so that none is skipped.
async fn next_page(
    app: &App,
    upstream: &Upstream,
    since: UnixMillis,
    sweep: &mut Sweep,
) -> anyhow::Result<Vec<TaskReport>> {
    let _call = upstream.list_quota.take().await;
    let page_num = sweep.pages_done + 1;
    let query = ListQuery { page_num, page_size: PAGE_SIZE, task_ids: Vec::new(), status: None };
    let listing = upstream.ark.list_tasks(&query);
    let items = upstream.polled(Call::List, listing).await?.items;
    let oldest_wanted = unix_seconds(since) - CLOCK_SLACK_SECONDS;
    let oldest_listed = items.iter().filter_map(TaskReport::created_at).min();
    let is_last = oldest_listed.is_none_or(|oldest| oldest < oldest_wanted);
    if is_last || page_num >= LAST_PAGE {
        *sweep = Sweep { pages_done: 0, last_ended_at: Some(app.clock.now()) };
    } else {
        sweep.pages_done = page_num;
    }
    Ok(items)
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

async fn give_up_old(app: &App, intents: &[Intent], now: UnixMillis) -> anyhow::Result<()> {
    let old = intents.iter().filter(|intent| now >= later(intent.opened_at, GIVE_UP_AFTER));
    for intent in old {
        if app.store.abandon_intent(intent.id, ACTOR, now).await? {
            tracing::error!(intent = %intent.id, "an intent is given up: no task was found");
        }
    }
    Ok(())
}
