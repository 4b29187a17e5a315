//! The operators' listener: is the process alive, should it get traffic, how is it doing, and the
//! API by which operators look after tenants.
//!
//! It never shares a port with tenants. The two health routes are for everybody who reaches it;
//! all else stands behind `gate.rs`. What an act does is not said here but in `acts`.

mod accounts;
mod call;
mod corrections;
mod desk;
mod gate;
mod ledger;
mod limits;
mod operation;
mod orphans;
mod paging;
mod quarantine;
mod tenants;
mod tokens;
mod usage;

use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Method, StatusCode, Uri};
use tenancy::Store;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::admission::Admission;
use crate::error::{ApiError, Kind};
use crate::openapi;
use crate::tasks::Refusal;
use crate::{panics, refused, request_id};
pub(crate) use call::ACTOR;
pub(crate) use desk::Desk;
pub(crate) use operation::{Content, Operation, PARAMETERS};

/// How long the store may take to say that it can be written to.
const PATIENCE: Duration = Duration::from_secs(2);
/// Requests of operators that are handled at a time, of those that read and those that change.
const SEATS: usize = 16;
/// Largest body of an operator's request.
const BODY_LIMIT_BYTES: usize = 16 << 10;
/// How long an operator's request may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// The media type of the metrics, which Prometheus asks for.
pub(crate) const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What readiness depends on: never the upstream.
#[derive(Clone, Debug)]
struct Ready {
    stop: CancellationToken,
    store: Store,
}

/// `/livez` says that the process runs; `/readyz` is 503 as soon as it is told to stop, and while
/// the store cannot keep records.
pub(crate) fn router(stop: &CancellationToken, desk: Desk) -> Router {
    let ready_when = Ready { stop: stop.clone(), store: desk.app().store.clone() };
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .with_state(ready_when)
        .layer(from_fn(screened))
        .merge(guarded(desk))
}

/// Every operation of the API, by family; the router and the document are made of these.
pub(crate) fn operations() -> Vec<Operation> {
    let families = [
        tenants::operations(),
        tokens::operations(),
        limits::operations(),
        usage::operations(),
        orphans::operations(),
        quarantine::operations(),
        corrections::operations(),
        ledger::operations(),
        accounts::operations(),
        openapi::operations(),
    ];
    families.into_iter().flatten().collect()
}

/// What stands behind the gate.
fn guarded(desk: Desk) -> Router {
    let metrics = desk.app().metrics.clone();
    let admission = Admission::new(SEATS, BODY_LIMIT_BYTES, metrics.edge());
    let render = move || async move { ([(CONTENT_TYPE, OPEN_METRICS)], metrics.render()) };
    let routes = operations()
        .into_iter()
        .fold(Router::new(), |routes, operation| routes.route(operation.path, operation.routed()));
    routes
        .route("/metrics", get(render))
        .method_not_allowed_fallback(wrong_method)
        .fallback(no_route)
        .layer(from_fn(|request: Request, next: Next| panics::caught(next.run(request))))
        .layer(from_fn(in_time))
        .layer(from_fn_with_state(admission, admitted))
        .layer(from_fn_with_state(desk.clone(), gate::pass))
        .layer(map_response(not_to_be_kept))
        .layer(from_fn(screened))
        .layer(from_fn(named))
        .with_state(desk)
}

async fn ready(State(ready): State<Ready>) -> (StatusCode, &'static str) {
    if ready.stop.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    let cause = match timeout(PATIENCE, ready.store.check_writable()).await {
        Ok(Ok(())) => return (StatusCode::OK, "ready\n"),
        Ok(Err(failure)) => format!("{:#}", anyhow::Error::new(failure)),
        Err(_) => format!("the store did not answer within {} s", PATIENCE.as_secs()),
    };
    tracing::warn!(cause, "not ready");
    (StatusCode::SERVICE_UNAVAILABLE, "the store cannot keep records\n")
}

async fn named(request: Request, next: Next) -> Response {
    request_id::attach(None, request, |request| next.run(request)).await
}

async fn screened(request: Request, next: Next) -> Response {
    refused::answer(request, |request| next.run(request)).await
}

async fn admitted(State(admission): State<Admission>, request: Request, next: Next) -> Response {
    admission.admit(request, |request| next.run(request)).await
}

/// An answer may hold a token, and names tenants: nothing on the way keeps it.
async fn not_to_be_kept(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What the store was asked for is done even if nobody waits any more.
async fn in_time(request: Request, next: Next) -> Response {
    timeout(DEADLINE, next.run(request)).await.unwrap_or_else(|_| {
        let text = format!("the answer took longer than {} s", DEADLINE.as_secs());
        Refusal::from(ApiError::new(Kind::DeadlineExceeded, text)).into_response()
    })
}

async fn no_route(uri: Uri) -> Refusal {
    let path: String = uri.path().chars().take(80).filter(|c| !c.is_control()).collect();
    ApiError::new(Kind::NoRoute, format!("there is no route `{path}`")).into()
}

async fn wrong_method(method: Method) -> Refusal {
    let text = format!("this route has no method `{method}`");
    ApiError::new(Kind::MethodNotAllowed, text).into()
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use axum::body::{Body, to_bytes};
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_never_comes_is_given_up() {
        let silent = Router::new().route("/", get(pending::<()>)).layer(from_fn(in_time));
        let asked = http::Request::get("/").body(Body::empty()).unwrap();
        let answer = silent.oneshot(asked).await.unwrap();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        let body = to_bytes(answer.into_body(), BODY_LIMIT_BYTES).await.unwrap();
        assert!(body.windows(17).any(|part| part == b"deadline_exceeded"));
    }
}
