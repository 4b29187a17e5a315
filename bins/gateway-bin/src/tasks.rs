//! The task surface: its four verbs, and the envelope of its refusals.

mod create;
mod delete;
mod get;
mod list;

use std::sync::Arc;

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::{IntoResponse, Response};
use seedance_model::TaskId;
use serde_json::json;
use tenancy::{Task, Tenant};

use crate::app::App;
use crate::error::{ApiError, Kind};
use crate::reply::{json_response, with_retry_headers};
use crate::upstream::Upstream;

pub(crate) use create::create;
pub(crate) use delete::delete;
pub(crate) use get::get;
pub(crate) use list::list;

/// A refusal in the envelope of the task surface: `{"error":{code,message,param,type}}`.
#[derive(Debug)]
pub(crate) struct Refusal(ApiError);

impl<E: Into<ApiError>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(error) = self;
        error.log();
        let body = json!({"error": {
            "code": error.code(),
            "message": error.detail(),
            "param": error.param(),
            "type": error.type_name(),
        }});
        with_retry_headers(json_response(body.to_string()), &error)
    }
}

/// The id in the path; what cannot be an id is answered like a task that does not exist.
fn task_id(path: Result<Path<String>, PathRejection>) -> Result<TaskId, ApiError> {
    path.ok().and_then(|Path(id)| TaskId::parse(&id)).ok_or_else(task_not_found)
}

/// One refusal for "does not exist", "is not yours" and "cannot be an id".
fn task_not_found() -> ApiError {
    ApiError::new(Kind::TaskNotFound, "the task does not exist").about("id")
}

/// The account that the task was bought with.
fn account_of<'a>(app: &'a App, task: &Task) -> Result<&'a Arc<Upstream>, ApiError> {
    app.upstreams.get(&task.upstream).ok_or_else(account_gone)
}

/// The account that the tenant buys with; `caller` has checked that it is configured.
fn upstream_of<'a>(app: &'a App, tenant: &Tenant) -> Result<&'a Arc<Upstream>, ApiError> {
    app.upstreams.get(&tenant.upstream).ok_or_else(account_gone)
}

fn account_gone() -> ApiError {
    ApiError::new(Kind::ServiceUnavailable, "the model service is not configured")
}
