//! Follows the live tasks of one account, so that every success is settled even if no tenant asks.
//!
//! A round claims tasks and asks for all of them in one LIST; a watcher that is behind reads whole
//! pages in between. GET is left to tenants who wait, and to stragglers, which a list did not show.

mod gauges;
mod giving_back;
mod stragglers;
mod sweep;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ark_client::ListQuery;
use futures_util::future::join_all;
use seedance_model::{TaskId, TaskPage, TaskReport};
use tenancy::{Claim, LiveTask, TenantId};
use tokio::time::{MissedTickBehavior, interval, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::app::{App, Current};
use crate::clock::later;
use crate::followed::Followed;
use crate::metrics::{Call, Oddity};
use crate::settle;
use crate::upstream::Upstream;
pub(crate) use gauges::report;
use giving_back::give_back;
use stragglers::Stragglers;
use sweep::{Page, Sweep};

/// Most tasks in one LIST: the ids of more would not fit into a URL of 8 KiB.
const TASKS_PER_LIST: u32 = 100;
/// So many of them are those that tenants wait for; the others are due, whether or not anybody
/// asks.
const ASKED_PER_LIST: usize = 80;
/// How long a round may take before its tasks are anybody's again.
const CLAIM: Duration = Duration::from_secs(30);
/// Most tasks that leave the seven-day list in one round.
const AGED_PER_ROUND: u32 = 1000;

/// What a watcher leads: the reading of pages, which are not claimed.
const LEAD: &str = "sweep";

/// Looks at tasks until `stop`: at once while there is more to do than one LIST can ask for, else
/// every interval.
pub(crate) async fn watch(current: Current, name: String, stop: CancellationToken) {
    let Some((app, upstream)) = current.account(&name) else { return };
    let stragglers = Stragglers::follow(current.clone(), name.clone(), stop.clone());
    let sweep = Sweep::default();
    let mut watcher =
        Watcher { app, upstream, stragglers, sweep, last_turn: None, claimed: Vec::new() };
    follow(&mut watcher, &current, &stop).await;
    let Watcher { app, upstream, claimed, .. } = watcher;
    give_back(&app, &claimed).await;
    app.replica.gives_back(&app.store, LEAD, &upstream.name).await;
}

async fn follow(watcher: &mut Watcher, current: &Current, stop: &CancellationToken) {
    let mut rounds = interval(watcher.app.rules.look_interval);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_behind = false;
    while is_behind || stop.run_until_cancelled(rounds.tick()).await.is_some() {
        if let Some((app, upstream)) = current.account(&watcher.upstream.name) {
            (watcher.app, watcher.upstream) = (app, upstream);
        }
        // A stop cuts a round short: what is written is written whole, the rest is given back.
        is_behind = match stop.run_until_cancelled(watcher.round()).await {
            Some(Ok(is_behind)) => is_behind,
            Some(Err(error)) => {
                let cause = format!("{error:#}");
                tracing::warn!(upstream = watcher.upstream.name, cause, "round failed");
                false
            }
            None => return,
        };
    }
}

/// Keeps the listed tasks to those of the last seven days, until `stop`.
pub(crate) async fn keep_lists_short(app: App, stop: CancellationToken) {
    let mut rounds = interval(app.rules.look_interval);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(rounds.tick()).await.is_some() {
        if let Err(error) = app.store.age_out(app.clock.now(), AGED_PER_ROUND).await {
            tracing::warn!(cause = %format!("{:#}", anyhow::Error::new(error)), "ageing failed");
        }
    }
}

struct Watcher {
    app: App,
    upstream: Arc<Upstream>,
    stragglers: Stragglers,
    sweep: Sweep,
    /// The tenant whose task was the last to be claimed.
    last_turn: Option<TenantId>,
    /// The tasks of the round under way.
    claimed: Vec<TaskId>,
}

impl Watcher {
    /// One LIST, if anything is to be looked at. Tells whether there is more to do at once.
    async fn round(&mut self) -> anyhow::Result<bool> {
        if let Some(time) = self.upstream.breaker.not_before() {
            sleep_until(time).await;
        }
        // Tasks are claimed when the call can be made, not before: others may look meanwhile.
        self.upstream.list_quota.has_room().await;
        // Pages are not claimed, so one gateway reads them.
        if let Some(page_num) = self.sweep.next_page()
            && self.leads().await?
        {
            self.look_at_page(page_num).await?;
            return Ok(true);
        }
        let claimed = self.claim().await?;
        let is_full = claimed.len() >= TASKS_PER_LIST as usize;
        self.sweep.looked_by_id(is_full);
        if !claimed.is_empty() {
            self.claimed = claimed.iter().map(|task| task.id.clone()).collect();
            let looked = self.look_at(claimed).await;
            self.claimed.clear();
            looked?;
        }
        Ok(is_full)
    }

    async fn claim(&mut self) -> anyhow::Result<Vec<LiveTask>> {
        let now = self.app.clock.now();
        let claim = Claim {
            upstream: self.upstream.name.clone(),
            asked: self.upstream.asked.take(ASKED_PER_LIST),
            after: self.last_turn,
            limit: TASKS_PER_LIST,
            until: later(now, CLAIM),
        };
        let claimed = self.app.store.claim_tasks(claim, now).await?;
        self.last_turn = claimed.last().map(|task| task.tenant).or(self.last_turn);
        Ok(claimed)
    }

    /// Asks for these tasks by id.
    async fn look_at(&self, claimed: Vec<LiveTask>) -> anyhow::Result<()> {
        let task_ids = self.claimed.clone();
        let query = ListQuery { page_num: 1, page_size: TASKS_PER_LIST, task_ids, status: None };
        let page = match self.list(&query).await {
            Ok(page) => page,
            Err(error) => {
                // Not this round's any more; the pause after a failure is the breaker's.
                self.app.store.release_tasks(&query.task_ids, self.app.clock.now()).await?;
                return Err(error.into());
            }
        };
        let mut open = by_id(claimed);
        self.record(taken_out(&mut open, &page)).await?;
        for task in open.into_values() {
            self.upstream.metrics.odd_reply(&self.upstream.name, Oddity::Unlisted);
            self.stragglers.add(task);
        }
        Ok(())
    }

    /// Asks for one page of the account's newest tasks.
    async fn look_at_page(&mut self, page_num: u32) -> anyhow::Result<()> {
        let page_size = sweep::PAGE_SIZE;
        let query = ListQuery { page_num, page_size, task_ids: Vec::new(), status: None };
        let page = self.list(&query).await?;
        let ids: Vec<TaskId> = page.items.iter().map(|report| report.id().clone()).collect();
        let live = self.app.store.live_tasks(&self.upstream.name, &ids).await?;
        let now = self.app.clock.now();
        let fresh_since = now.minus(self.app.rules.max_staleness);
        let (shown, living) = (page.items.len() + page.unreadable, live.len());
        let mut seen = taken_out(&mut by_id(live), &page);
        seen.retain(|(task, report)| {
            sweep::is_worth_it(task.status, report.status(), task.refreshed_at, fresh_since)
        });
        self.upstream.asked.forget(seen.iter().map(|(task, _)| &task.id));
        let page = Page { shown, live: living, worth_it: seen.len(), total: page.total };
        self.sweep.looked_at_page(page);
        self.record(seen).await
    }

    async fn leads(&self) -> Result<bool, tenancy::Error> {
        let Self { app, upstream, .. } = self;
        app.replica.leads(&app.store, LEAD, &upstream.name, app.clock.now()).await
    }

    async fn list(&self, query: &ListQuery) -> Result<TaskPage, ark_client::Error> {
        let _call = self.upstream.list_quota.take().await;
        self.upstream.polled(Call::List, self.upstream.ark.list_tasks(query)).await
    }

    /// All at once, so that the store can commit them together.
    async fn record(&self, seen: Vec<(LiveTask, &TaskReport)>) -> anyhow::Result<()> {
        let recordings = seen.into_iter().map(async |(task, report)| {
            let followed = Followed::from(&task);
            let recorded = settle::record(&self.app, &self.upstream, &followed, report).await;
            unless_damaged(&task.id, recorded)
        });
        join_all(recordings).await.into_iter().collect()
    }
}

fn by_id(tasks: impl IntoIterator<Item = LiveTask>) -> HashMap<TaskId, LiveTask> {
    tasks.into_iter().map(|task| (task.id.clone(), task)).collect()
}

/// The tasks that the page reports, out of those that are open. Only these: a list may repeat itself
/// or hold strangers.
fn taken_out<'a>(
    open: &mut HashMap<TaskId, LiveTask>,
    page: &'a TaskPage,
) -> Vec<(LiveTask, &'a TaskReport)> {
    let reports = page.items.iter();
    reports.filter_map(|report| Some((open.remove(report.id())?, report))).collect()
}

/// A damaged task fails alone: whoever is due behind it is not to wait for a backup.
fn unless_damaged<T>(task: &TaskId, outcome: anyhow::Result<T>) -> anyhow::Result<()> {
    let Err(error) = outcome else { return Ok(()) };
    let is_damage = error.downcast_ref().is_some_and(tenancy::Error::is_corrupt);
    if !is_damage {
        return Err(error);
    }
    tracing::error!(%task, cause = %format!("{error:#}"), "a task is damaged");
    Ok(())
}
