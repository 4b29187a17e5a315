//! One connection from its first byte to its end: hyper on a screened socket, under a watch.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::header::CONNECTION;
use http::{HeaderValue, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::time::{Instant, sleep_until};
use tower::Service as _;

use super::LAST_LOOK;
use super::deadlines::Deadlines;
use super::flaw::{FLAW_HEADER, Flaw};
use super::gate::Gate;
use super::progress::Progress;
use super::rest::ComeBackLater;
use super::socket::Socket;
use super::stages::Stages;
use crate::metrics::EdgeMetrics;

/// hyper's own limits, where the screen's come first.
const MAX_HEADERS: usize = 100;
const BUFFER_BYTES: usize = 64 * 1024;

/// Serves requests until either side is done with the connection, or a deadline has passed. Once
/// the server is leaving, the request under way or the next one is the last; when it stops, that
/// has to come soon.
pub(super) async fn run(
    socket: impl Socket,
    router: Router,
    deadlines: Deadlines,
    stages: Stages,
    metrics: EdgeMetrics,
) {
    let progress = Progress::new(deadlines);
    let socket = TokioIo::new(Gate::new(socket, progress.clone()));
    let service = service_fn(|request| {
        progress.handles();
        count_flaw(&metrics, &request);
        answer(router.clone(), &progress, &stages, request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // The watch knows what a connection is waiting for, and hyper does not.
        .header_read_timeout(None)
        .max_headers(MAX_HEADERS)
        .max_buf_size(BUFFER_BYTES)
        .serve_connection(socket, service);
    let mut connection = pin!(connection);
    let mut timer = pin!(sleep_until(Instant::now()));
    let mut stopped = pin!(async {
        stages.stop.cancelled().await;
        // A request may be on its way already.
        sleep_until(Instant::now() + LAST_LOOK).await;
    });
    let mut is_stopped = false;
    let end = poll_fn(|cx| {
        let has_stopped = !is_stopped && stopped.as_mut().poll(cx).is_ready();
        if has_stopped {
            progress.looks_a_last_time();
        }
        // A request that has come by now is read before the connection is taken for one that rests.
        let mut end = connection.as_mut().poll(cx);
        if has_stopped && end.is_pending() {
            is_stopped = true;
            connection.as_mut().graceful_shutdown();
            end = connection.as_mut().poll(cx);
        }
        if let Poll::Ready(end) = end {
            return Poll::Ready(end.map_err(|error| error.to_string()));
        }
        let Some((deadline, awaited)) = progress.deadline() else {
            return Poll::Pending;
        };
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        timer.as_mut().poll(cx).map(|()| {
            metrics.slow_client(awaited.slowness());
            Err(format!("the client was too slow with {}", awaited.name()))
        })
    });
    if let Err(reason) = end.await {
        tracing::debug!(reason, "connection ended");
    }
}

fn count_flaw(metrics: &EdgeMetrics, request: &Request<Incoming>) {
    let carried = request.headers().get(FLAW_HEADER);
    if let Some(flaw) = carried.and_then(|flaw| Flaw::carried(flaw.as_bytes())) {
        metrics.framing_refused(flaw);
    }
}

/// One answer. Where the rest of a body is still to come, the connection ends with it: nobody
/// wants to read on to the next request. So it does where the server is leaving: a client that
/// hears of it sends nothing more that could cross the end. Where there was no room for the
/// request, the connection rests.
async fn answer(
    mut router: Router,
    progress: &Progress,
    stages: &Stages,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let mut response = router.call(request).await?;
    if let Some(ComeBackLater(rest)) = response.extensions().get() {
        progress.rests(Instant::now() + *rest);
    }
    if progress.answers() || stages.leaving.is_cancelled() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}
