//! `DELETE …/tasks/{id}`: cancels a queued task, removes a finished one, refuses a running one.
//!
//! Upstream, DELETE erases a finished record together with its usage. So the gateway looks first,
//! settles, and only then lets the record go. The upstream's answer decides, not a stored state.
//! What the cancel of a task that was queued a moment ago may erase is in `delete/cancel.rs`.

mod cancel;

use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderMap;
use seedance_model::{TaskId, TaskStatus};
use tenancy::{SettlementState, Task, TenantScope};
use tracing::Instrument as _;

use super::{Refusal, task_id, task_not_found};
use crate::admission::Seat;
use crate::app::App;
use crate::error::{ApiError, Kind};
use crate::followed::Followed;
use crate::look::{self, Seen};
use crate::metrics::Call;
use crate::reply::json_response;
use crate::upstream::Upstream;
use crate::{caller, upstream_error};

/// Runs in a task of its own, so that a disconnect never leaves half a removal.
pub(crate) async fn delete(
    State(app): State<App>,
    Extension(seat): Extension<Seat>,
    headers: HeaderMap,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Refusal> {
    let tenant = caller::task_tenant(&app, &headers).await?;
    seat.belongs_to(tenant.id)?;
    let id = task_id(id)?;
    let scope = app.store.scope(&tenant);
    let task = scope.find_task(&id).await?.ok_or_else(task_not_found)?;
    let upstream = super::account_of(&app, &task)?.clone();
    let tracker = app.work.tracker.clone();
    let removal = Removal { app, upstream, scope, task };
    let removal = tracker.spawn(async move { removal.run().await }.in_current_span());
    removal.await.map_err(|_| {
        ApiError::new(Kind::Internal, "the gateway failed while it removed the task")
    })??;
    Ok(json_response("{}"))
}

/// One task on its way out.
struct Removal {
    app: App,
    upstream: Arc<Upstream>,
    scope: TenantScope,
    task: Task,
}

/// Where a task stands, as far as its removal cares.
enum Stand {
    Queued,
    Running,
    Cancelled,
    /// It ended, and is settled.
    Ended,
    /// The upstream has no record of it, and nothing says how it ended.
    Missing,
    /// The upstream's word is not known.
    Unclear,
}

impl Removal {
    async fn run(&self) -> Result<(), ApiError> {
        match self.stand().await? {
            Stand::Running => Err(running(&self.task.id)),
            Stand::Cancelled => Err(cancelled(&self.task.id)),
            Stand::Queued => self.cancel().await,
            Stand::Ended => self.erase().await,
            Stand::Missing => self.bury_cancelled().await?.then_some(()).ok_or_else(undecided),
            Stand::Unclear => Err(undecided()),
        }
    }

    /// The stored state if it is final, else the upstream's, which settles a success on the way.
    async fn stand(&self) -> Result<Stand, ApiError> {
        if self.task.settlement == SettlementState::Lost {
            // Nothing is left upstream; the tenant may clear it away like a failure.
            return Ok(Stand::Ended);
        }
        if self.task.status.is_terminal() {
            return Ok(Stand::of(Some(self.task.status)));
        }
        match self.look().await.map_err(|error| undecided().because(error))? {
            Seen::Report(report) => Ok(Stand::of(report.status())),
            Seen::Missing => Ok(Stand::Missing),
        }
    }

    /// What the upstream says now, recorded.
    async fn look(&self) -> anyhow::Result<Seen> {
        let _call = self.upstream.get_quota.take().await;
        look::now(&self.app, &self.upstream, &Followed::from(&self.task)).await
    }

    /// The DELETE upstream.
    async fn send(&self) -> Result<(), ark_client::Error> {
        let sending = self.upstream.ark.delete_task(&self.task.id);
        self.upstream.counted(Call::Delete, sending).await
    }

    /// A finished and settled task: deleted upstream, then hidden from the tenant. Its rows stay.
    async fn erase(&self) -> Result<(), ApiError> {
        match self.send().await {
            Ok(()) => {}
            // The upstream forgets after seven days, or an earlier DELETE was not recorded.
            Err(error) if error.status() == Some(404) => {}
            Err(error) => return Err(upstream_error::of_call(&self.upstream, error)),
        }
        self.scope.bury_task(&self.task.id, self.app.clock.now()).await?;
        Ok(())
    }
}

impl Stand {
    fn of(status: Option<TaskStatus>) -> Self {
        match status {
            Some(TaskStatus::Queued) => Self::Queued,
            Some(TaskStatus::Running) => Self::Running,
            Some(TaskStatus::Cancelled) => Self::Cancelled,
            Some(TaskStatus::Succeeded | TaskStatus::Failed | TaskStatus::Expired) => Self::Ended,
            None => Self::Unclear,
        }
    }
}

fn running(id: &TaskId) -> ApiError {
    let text = format!("cannot delete task `{id}` because it is currently running");
    ApiError::new(Kind::RunningTask, text).about("id").never_retry()
}

fn cancelled(id: &TaskId) -> ApiError {
    let text = format!("cannot delete task `{id}` because it is cancelled");
    ApiError::new(Kind::CancelledTask, text).about("id").never_retry()
}

fn undecided() -> ApiError {
    let text = "the model service does not say what state the task is in; try again later";
    ApiError::new(Kind::ServiceError, text)
}
