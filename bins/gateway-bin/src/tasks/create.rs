//! `POST …/tasks`: from bytes to a task that is the tenant's, in the order of the verdicts.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::Request;
use seedance_model::TaskRequest;

use super::{Refusal, upstream_of};
use crate::admission::Seat;
use crate::app::App;
use crate::creates::IdempotencyKey;
use crate::library::Library;
use crate::purchase::{self, Order};
use crate::reply::json_response;
use crate::{body, caller, references, urls};

/// The whole story. Every step may refuse; nothing is recorded and nothing is sent before the
/// last one.
pub(crate) async fn create(
    State(app): State<App>,
    Extension(seat): Extension<Seat>,
    request: Request<Body>,
) -> Result<Response, Refusal> {
    let tenant = caller::task_tenant(&app, request.headers()).await?;
    seat.belongs_to(tenant.id)?;
    let upstream = upstream_of(&app, &tenant)?.clone();
    let headers = request.headers().clone();
    let body = body::read(request, app.rules.body_limit_bytes).await?;
    let mut request = TaskRequest::parse(&body, app.rules.media)?;
    let callback_url = urls::checked_callback(&app.look_ups, tenant.id, &request).await?;
    urls::check_media(&app.look_ups, tenant.id, &mut request).await?;
    let library = Library::of(&app, tenant.clone())?;
    references::require(&library, request.asset_refs()).await?;
    let idempotency = IdempotencyKey::read(&headers, || request.canonical_body())?;
    let request = request.into();
    let order = Order { tenant, upstream, request, callback_url, idempotency };
    let id = purchase::place(&app, order).await?;
    Ok(json_response(purchase::answer(&id)))
}
