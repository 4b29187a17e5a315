//! `DELETE …/tasks/{id}`: cancels a queued task, removes a finished one, refuses a running one.
//!
//! Upstream, DELETE erases a finished record together with its usage. So the gateway looks first,
//! settles, and only then lets the record go. The upstream's answer decides, not a stored state.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderMap;
use seedance_model::{TaskId, TaskStatus};
use tenancy::{SettlementState, Task, Tenant};
use tracing::Instrument as _;

use super::{Refusal, task_id, task_not_found};
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
    headers: HeaderMap,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Refusal> {
    let tenant = caller::task_tenant(&app, &headers).await?;
    let id = task_id(id)?;
    let task = app.store.scope(&tenant).find_task(&id).await?.ok_or_else(task_not_found)?;
    let upstream = super::account_of(&app, &task)?.clone();
    let tracker = app.work.tracker.clone();
    let removal = async move { remove(&app, &upstream, &tenant, &task).await };
    let removal = tracker.spawn(removal.in_current_span());
    removal.await.map_err(|_| {
        ApiError::new(Kind::Internal, "the gateway failed while it removed the task")
    })??;
    Ok(json_response("{}"))
}

async fn remove(
    app: &App,
    upstream: &Arc<Upstream>,
    tenant: &Tenant,
    task: &Task,
) -> Result<(), ApiError> {
    match status_now(app, upstream, task).await? {
        Some(TaskStatus::Running) => Err(running(&task.id)),
        Some(TaskStatus::Cancelled) => Err(cancelled(&task.id)),
        Some(TaskStatus::Queued) => cancel(app, upstream, task).await,
        Some(TaskStatus::Succeeded | TaskStatus::Failed | TaskStatus::Expired) => {
            erase(app, upstream, tenant, task).await
        }
        None => Err(undecided()),
    }
}

/// The stored state if it is final, else the upstream's, which settles a success on the way.
async fn status_now(
    app: &App,
    upstream: &Upstream,
    task: &Task,
) -> Result<Option<TaskStatus>, ApiError> {
    if task.status.is_terminal() {
        return Ok(Some(task.status));
    }
    if task.settlement == SettlementState::Lost {
        // Nothing is left upstream; the tenant may clear it away like a failure.
        return Ok(Some(TaskStatus::Failed));
    }
    upstream.get_quota.take().await;
    let seen = look::now(app, upstream, &Followed::from(task)).await;
    let seen = seen.map_err(|error| undecided().because(error))?;
    Ok(seen.status())
}

/// A queued task: cancelled upstream, and then looked at, because it may have moved meanwhile.
async fn cancel(app: &App, upstream: &Upstream, task: &Task) -> Result<(), ApiError> {
    match upstream.counted(Call::Delete, upstream.ark.delete_task(&task.id)).await {
        Ok(()) => {
            upstream.get_quota.take().await;
            match look::now(app, upstream, &Followed::from(task)).await {
                Ok(Seen::Missing) => {
                    // It finished between look and DELETE, and its usage went with the record.
                    tracing::error!(task = %task.id, "a task vanished while it was cancelled");
                }
                Ok(Seen::Report(_)) => {}
                Err(error) => {
                    let cause = format!("{error:#}");
                    tracing::warn!(task = %task.id, cause, "cancelled; the watcher records it");
                }
            }
            Ok(())
        }
        Err(error) if error.status() == Some(409) => Err(running(&task.id)),
        Err(error) => Err(upstream_error::of_call(upstream, error)),
    }
}

/// A finished and settled task: deleted upstream, then hidden from the tenant. Its rows stay.
async fn erase(
    app: &App,
    upstream: &Upstream,
    tenant: &Tenant,
    task: &Task,
) -> Result<(), ApiError> {
    match upstream.counted(Call::Delete, upstream.ark.delete_task(&task.id)).await {
        Ok(()) => {}
        // The upstream forgets after seven days, or an earlier DELETE was not recorded.
        Err(error) if error.status() == Some(404) => {}
        Err(error) => return Err(upstream_error::of_call(upstream, error)),
    }
    app.store.scope(tenant).bury_task(&task.id, app.clock.now()).await?;
    Ok(())
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
