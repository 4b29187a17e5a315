//! Follows the live tasks of one account, so that every success is settled even if no tenant asks.
//!
//! One LIST call asks for up to a hundred tasks by id; GET is left to stragglers.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ark_client::ListQuery;
use seedance_model::TaskId;
use tenancy::{Claim, LiveTask};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::clock::later;
use crate::followed::Followed;
use crate::upstream::Upstream;
use crate::{look, settle};

/// Most tasks in one LIST: the ids of more would not fit into a URL of 8 KiB.
const TASKS_PER_LIST: u32 = 100;
/// Most tasks that leave the seven-day list in one round.
const AGED_PER_ROUND: u32 = 1000;

/// How long a round may take before its tasks are anybody's again.
const CLAIM: Duration = Duration::from_secs(30);

/// Looks at due tasks every interval, until `stop`.
pub(crate) async fn watch(app: App, upstream: Arc<Upstream>, stop: CancellationToken) {
    let mut rounds = interval(app.rules.look_interval);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(rounds.tick()).await.is_some() {
        // A stop cuts a round short: what is written is written whole, the rest is due again.
        if let Some(Err(error)) = stop.run_until_cancelled(round(&app, &upstream)).await {
            tracing::warn!(upstream = upstream.name, cause = %format!("{error:#}"), "round failed");
        }
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

async fn round(app: &App, upstream: &Arc<Upstream>) -> anyhow::Result<()> {
    let now = app.clock.now();
    let claim = Claim {
        upstream: upstream.name.clone(),
        asked: Vec::new(),
        after: None,
        limit: TASKS_PER_LIST,
        until: later(now, CLAIM),
    };
    let due = app.store.claim_tasks(claim, now).await?;
    if due.is_empty() {
        return Ok(());
    }
    let mut open: HashMap<TaskId, LiveTask> =
        due.into_iter().map(|task| (task.id.clone(), task)).collect();
    upstream.list_quota.take().await;
    let page = upstream.ark.list_tasks(&query(&open)).await?;
    for report in &page.items {
        // Only what was asked for; a list may repeat itself or hold strangers.
        if let Some(task) = open.remove(report.id()) {
            let recorded = settle::record(app, upstream, &Followed::from(&task), report).await;
            unless_damaged(&task.id, recorded)?;
        }
    }
    look_at_stragglers(app, upstream, open.into_values()).await
}

fn query(open: &HashMap<TaskId, LiveTask>) -> ListQuery {
    ListQuery {
        page_num: 1,
        page_size: TASKS_PER_LIST,
        task_ids: open.keys().cloned().collect(),
        status: None,
    }
}

/// Tasks that the list did not show are asked for one by one, as far as the quota goes.
async fn look_at_stragglers(
    app: &App,
    upstream: &Arc<Upstream>,
    stragglers: impl Iterator<Item = LiveTask>,
) -> anyhow::Result<()> {
    for task in stragglers {
        if !upstream.get_quota.try_take() {
            break;
        }
        let looked = look::now(app, upstream, &Followed::from(&task)).await;
        unless_damaged(&task.id, looked)?;
    }
    Ok(())
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
