//! Accepts connections and serves HTTP/1.1 on them, with a deadline for request heads and one for
//! the end: `axum::serve` has neither.

use std::io;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

/// How long a request's head may take, also on an idle connection.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// Most headers in a request.
const MAX_HEADERS: usize = 64;
/// Room for a request's head, in bytes.
const HEAD_BYTES: usize = 32 * 1024;
/// The pause after a failed accept: usually the process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves `router` until `stop`, then lets requests under way finish, for `drain` at the longest.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    stop: CancellationToken,
    drain: Duration,
) {
    let open = GracefulShutdown::new();
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, _)) => serve_one(stream, router.clone(), &open),
            Err(error) => pause_after(&error).await,
        }
    }
    drop(listener);
    if timeout(drain, open.shutdown()).await.is_err() {
        tracing::warn!("connections were cut: they did not finish within the drain timeout");
    }
}

fn serve_one(stream: TcpStream, router: Router, open: &GracefulShutdown) {
    // Without it an answer in two writes waits for the client's acknowledgement.
    stream.set_nodelay(true).ok();
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_headers(MAX_HEADERS)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let connection = open.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection ended");
        }
    });
}

async fn pause_after(error: &io::Error) {
    tracing::warn!(%error, "accepting a connection failed");
    sleep_until(Instant::now() + ACCEPT_PAUSE).await;
}
