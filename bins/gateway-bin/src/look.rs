//! One look at one task: a GET upstream, and what it says recorded.
//!
//! Tenants who wait cause looks, and so does the watcher for stragglers. Readers of one task share
//! one look, and the account's quota bounds them all.

use std::sync::Arc;
use std::time::Duration;

use seedance_model::TaskReport;
use tenancy::{SettlementState, Task, Vanished};

use crate::app::App;
use crate::clock::later;
use crate::followed::Followed;
use crate::settle;
use crate::upstream::Upstream;

/// How long a task may be gone upstream before it counts as lost: fresh records appear late, and
/// an outage can hide them.
const LOST_AFTER: Duration = Duration::from_hours(1);
/// The pause between two looks at a task that is gone.
const MISSING_PAUSE: Duration = Duration::from_mins(1);

/// Whether the stored state is too old to answer with.
pub(crate) fn is_stale(app: &App, task: &Task) -> bool {
    let live = !task.status.is_terminal() && task.settlement == SettlementState::Open;
    live && app.clock.now() >= later(task.refreshed_at, app.rules.max_staleness)
}

/// Looks at the task if the account's quota has room; joins a look that is under way. Whatever
/// goes wrong, the stored state stays good enough to answer with.
pub(crate) async fn within_quota(app: &App, upstream: &Arc<Upstream>, task: &Task) {
    let (followed, account) = (Followed::from(task), Arc::clone(upstream));
    let (id, tracker, app) = (task.id.clone(), app.work.tracker.clone(), app.clone());
    let look = async move {
        if account.get_quota.try_take()
            && let Err(error) = now(&app, &account, &followed).await
        {
            tracing::warn!(task = %followed.id, cause = %format!("{error:#}"), "look failed");
        }
    };
    // A look that died has been logged by the panic hook, and the answer comes from the store.
    let _ = upstream.looks.run(&tracker, id, look).await;
}

/// What a look found.
#[derive(Debug)]
pub(crate) enum Seen {
    /// The upstream's report, recorded.
    Report(Box<TaskReport>),
    /// The upstream says that there is no such task.
    Missing,
}

/// Looks at the task, whatever the quota; the caller has taken its share.
pub(crate) async fn now(app: &App, upstream: &Upstream, task: &Followed) -> anyhow::Result<Seen> {
    match upstream.ark.get_task(&task.id).await {
        Ok(report) => {
            settle::record(app, upstream, task, &report).await?;
            Ok(Seen::Report(Box::new(report)))
        }
        Err(error) if error.status() == Some(404) => {
            record_missing(app, task).await?;
            Ok(Seen::Missing)
        }
        Err(error) => Err(error.into()),
    }
}

/// A vanished record is kept for an hour, then counts as lost: an alarm, never a charge. If a
/// cancel may have erased it, it goes into quarantine instead.
async fn record_missing(app: &App, task: &Followed) -> anyhow::Result<()> {
    let now = app.clock.now();
    let lost = task.missing_since.is_some_and(|since| now >= later(since, LOST_AFTER));
    if !lost {
        app.store.mark_missing(&task.id, now, later(now, MISSING_PAUSE)).await?;
        return Ok(());
    }
    match app.store.record_vanished(&task.id, now).await? {
        Vanished::Lost => {
            tracing::error!(task = %task.id, "a task is lost: the upstream has no record of it");
        }
        Vanished::Quarantined => {
            let reason = "its record vanished while it was cancelled";
            tracing::error!(task = %task.id, reason, "a success is quarantined");
        }
        Vanished::NotLive => {}
    }
    Ok(())
}
