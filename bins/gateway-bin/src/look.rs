//! One look at one task: a GET upstream, and what it says recorded.
//!
//! Tenants who wait cause looks, and so does the watcher for stragglers. Readers of one task share
//! one look, and the account's quota bounds them all.

use std::sync::Arc;
use std::time::Duration;

use seedance_model::TaskReport;
use tenancy::{SettlementState, Task, TenantId, Vanished};
use tokio::time::timeout;
use tracing::Instrument as _;

use crate::app::App;
use crate::clock::later;
use crate::followed::Followed;
use crate::metrics::{Call, Ending, Oddity};
use crate::settle;
use crate::upstream::Upstream;

/// How long a task may be gone upstream before it counts as lost: fresh records appear late, and
/// an outage can hide them.
const LOST_AFTER: Duration = Duration::from_hours(1);
/// The pause between two looks at a task that is gone.
const MISSING_PAUSE: Duration = Duration::from_mins(1);
/// How long a tenant is kept waiting for a look; after that the stored state is good enough.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether the stored state is too old to answer with.
pub(crate) fn is_stale(app: &App, task: &Task) -> bool {
    let live = !task.status.is_terminal() && task.settlement == SettlementState::Open;
    live && app.clock.now() >= later(task.refreshed_at, app.rules.max_staleness)
}

/// Looks at the tenant's task if the account answers and its quota has a call left for the tenant;
/// joins a look that is under way. Whatever goes wrong, the stored state stays good enough to
/// answer with, and the watcher looks soon. Tells whether there may be news in the store.
pub(crate) async fn within_quota(
    app: &App,
    upstream: &Arc<Upstream>,
    tenant: TenantId,
    task: &Task,
) -> bool {
    let (tracker, followed) = (&app.work.tracker, Followed::from(task));
    let start = || {
        if upstream.breaker.is_open() {
            return None;
        }
        let call = upstream.get_quota.try_take_for(tenant)?;
        let (app, account) = (app.clone(), Arc::clone(upstream));
        let look = async move {
            let looked = now(&app, &account, &followed).await;
            drop(call);
            if let Err(error) = looked {
                tracing::warn!(task = %followed.id, cause = %format!("{error:#}"), "look failed");
            }
        };
        Some(look.in_current_span())
    };
    let looked = upstream.looks.run_if(tracker, task.id.clone(), start);
    // A look that died has been logged by the panic hook, and the answer comes from the store.
    let looked = matches!(timeout(PATIENCE, looked).await, Ok(Some(())));
    if looked {
        upstream.asked.forget([&task.id]);
    } else {
        upstream.asked.note(tenant, &task.id);
        upstream.metrics.look_put_off(&upstream.name);
    }
    looked
}

/// What a look found.
#[derive(Debug)]
pub(crate) enum Seen {
    /// The upstream's report, recorded.
    Report(Box<TaskReport>),
    /// The upstream says that there is no such task.
    Missing,
}

/// Looks at the task, whatever the quota; the caller holds a call of it.
pub(crate) async fn now(app: &App, upstream: &Upstream, task: &Followed) -> anyhow::Result<Seen> {
    match upstream.polled(Call::Get, upstream.ark.get_task(&task.id)).await {
        Ok(report) => {
            settle::record(app, upstream, task, &report).await?;
            Ok(Seen::Report(Box::new(report)))
        }
        Err(error) if error.status() == Some(404) => {
            record_missing(app, upstream, task).await?;
            Ok(Seen::Missing)
        }
        Err(error) => Err(error.into()),
    }
}

/// A vanished record is kept for an hour, then counts as lost: an alarm, never a charge. If a
/// cancel may have erased it, it goes into quarantine instead.
async fn record_missing(app: &App, upstream: &Upstream, task: &Followed) -> anyhow::Result<()> {
    let now = app.clock.now();
    upstream.metrics.odd_reply(&upstream.name, Oddity::Missing);
    if task.missing_since.is_none_or(|since| now < later(since, LOST_AFTER)) {
        app.store.mark_missing(&task.id, now, later(now, MISSING_PAUSE)).await?;
        return Ok(());
    }
    match app.store.record_vanished(&task.id, now).await? {
        Vanished::Lost => {
            tracing::error!(task = %task.id, "a task is lost: the upstream has no record of it");
            upstream.metrics.settled(Ending::Lost);
        }
        Vanished::Quarantined => {
            let reason = "its record vanished while it was cancelled";
            tracing::error!(task = %task.id, reason, "a success is quarantined");
            upstream.metrics.settled(Ending::Quarantined);
        }
        Vanished::NotLive => {}
    }
    Ok(())
}
