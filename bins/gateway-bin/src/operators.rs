//! The operators' listener: is the process alive, should it get traffic, and how is it doing?
//!
//! It never shares a port with tenants, and answers nothing about them.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::middleware::from_fn;
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use tenancy::Store;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::refused;

/// How long the store may take to say that it can be written to.
const PATIENCE: Duration = Duration::from_secs(2);

/// What readiness depends on: never the upstream.
#[derive(Clone, Debug)]
struct Ready {
    stop: CancellationToken,
    store: Store,
}

/// The media type of the metrics, which Prometheus asks for.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// `/livez` says that the process runs; `/readyz` is 503 as soon as it is told to stop, and while
/// the store cannot keep records.
pub(crate) fn router(stop: &CancellationToken, app: &App) -> Router {
    let metrics = app.metrics.clone();
    let render = move || async move { ([(CONTENT_TYPE, OPEN_METRICS)], metrics.render()) };
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .with_state(Ready { stop: stop.clone(), store: app.store.clone() })
        .route("/metrics", get(render))
        .layer(from_fn(refused::answer))
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
