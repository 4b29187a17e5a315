//! The operators' listener: is the process alive, and should it get traffic?
//!
//! It never shares a port with tenants, and answers nothing about them.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::StatusCode;
use tokio_util::sync::CancellationToken;

/// `/livez` says that the process runs; `/readyz` turns to 503 as soon as it is told to stop.
pub(crate) fn router(stop: &CancellationToken) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .with_state(stop.clone())
}

async fn ready(State(stop): State<CancellationToken>) -> (StatusCode, &'static str) {
    if stop.is_cancelled() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    } else {
        (StatusCode::OK, "ready\n")
    }
}
