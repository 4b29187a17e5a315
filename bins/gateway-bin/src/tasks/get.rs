//! `GET …/tasks/{id}`: the task's state, as fresh as the configured staleness asks for.

use axum::Extension;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;

use super::{Refusal, account_of, task_id, task_not_found};
use crate::admission::Seat;
use crate::app::App;
use crate::reply::json_response;
use crate::{caller, look};

/// A terminal task is answered from the store; a live one is looked at first if its stored state
/// is too old, the tenant has not too many requests waiting already, and the account's quota has a
/// call left for it.
pub(crate) async fn get(
    State(app): State<App>,
    Extension(seat): Extension<Seat>,
    id: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Refusal> {
    let tenant = caller::task_tenant(&app, request.headers()).await?;
    let id = task_id(id)?;
    let scope = app.store.scope(&tenant);
    let task = scope.look_at_task(&id).await?.ok_or_else(task_not_found)?;
    if !look::is_stale(&app, &task) {
        return Ok(json_response(task.body));
    }
    let upstream = account_of(&app, &task)?;
    let may_wait = seat.is_within_share_of(tenant.id);
    // In a box, because few requests come here, and its timer is larger than all that they need.
    let looked = || Box::pin(look::within_quota(&app, upstream, tenant.id, &task));
    if !may_wait || !looked().await {
        return Ok(json_response(task.body));
    }
    let task = scope.find_task(&id).await?.ok_or_else(task_not_found)?;
    Ok(json_response(task.body))
}
