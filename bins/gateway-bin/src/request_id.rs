//! Gives every request an id, answers with it, and writes the one access line of the request.

use std::cell::RefCell;
use std::time::Instant;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method, Request};
use tracing::{Instrument as _, Span};

use crate::log::SECURITY;
use crate::metrics::{EdgeMetrics, Route};
use crate::paths::{ASSETS, TASKS};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-client-request-id");
/// What the log calls the route of the metrics.
const METRICS: &str = "metrics";
/// Longest client id that is echoed, in bytes.
const CLIENT_ID_BYTES: usize = 128;

/// How many ids are drawn at once.
const IDS_AT_ONCE: usize = 64;

thread_local! {
    /// What is left of the ids that this thread has drawn.
    static DRAWN: RefCell<Vec<u128>> = const { RefCell::new(Vec::new()) };
}

/// The id of a request, for answers that carry it in their body too.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

/// Stands around every route; requests of tenants are counted.
pub(crate) async fn attach<F>(
    metrics: Option<&EdgeMetrics>,
    mut request: Request<Body>,
    next: impl FnOnce(Request<Body>) -> F,
) -> Response
where
    F: Future<Output = Response>,
{
    let started = Instant::now();
    let path = request.uri().path();
    let counted = metrics.map(|metrics| metrics.begin(Route::of(request.method(), path)));
    let is_scrape = route_of(path) == METRICS;
    let id = fresh_id();
    let client_id = request.headers().get(CLIENT_REQUEST_ID).filter(|id| is_echoed(id)).cloned();
    request.extensions_mut().insert(RequestId(id.clone()));
    let span = span_of(&id, &request);
    let mut response = next(request).instrument(span.clone()).await;
    if let Some(counted) = counted {
        counted.answered(response.status());
    }
    let (status, micros) = (response.status().as_u16(), started.elapsed().as_micros());
    let micros = u64::try_from(micros).unwrap_or(u64::MAX);
    span.in_scope(|| {
        // Metrics are scraped every few seconds.
        if is_scrape {
            tracing::debug!(status, micros, "answered");
        } else {
            tracing::info!(status, micros, "answered");
        }
    });
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    if let Some(client_id) = client_id {
        headers.insert(CLIENT_REQUEST_ID, client_id);
    }
    response
}

/// What every line of a request says: its id, what is asked, and who asks, once that is known. No
/// filter switches it off.
fn span_of(id: &str, request: &Request<Body>) -> Span {
    let what = [known_method(request.method()), " ", route_of(request.uri().path())].concat();
    let who = tracing::field::Empty;
    tracing::error_span!(target: SECURITY, "request", id, what, who)
}

/// Notes who asks, for all lines of the request that come after this.
pub(crate) fn note_who(who: &str) {
    Span::current().record("who", who);
}

/// 128 random bits in hex. An id is for finding log lines; if the system has no randomness, the
/// request goes on without one.
fn fresh_id() -> String {
    let drawn = DRAWN.with_borrow_mut(|drawn| {
        if drawn.is_empty() {
            *drawn = draw();
        }
        drawn.pop()
    });
    drawn.map_or_else(|| "none".to_owned(), |id| format!("{id:032x}"))
}

/// Randomness for some ids, by one call of the system; none if it has none.
fn draw() -> Vec<u128> {
    let mut bytes = [[0_u8; 16]; IDS_AT_ONCE];
    match getrandom::fill(bytes.as_flattened_mut()) {
        Ok(()) => bytes.into_iter().map(u128::from_be_bytes).collect(),
        Err(_) => Vec::new(),
    }
}

fn is_echoed(id: &HeaderValue) -> bool {
    let bytes = id.as_bytes();
    (1..=CLIENT_ID_BYTES).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic)
}

/// A method that nobody knows is the client's own word, and does not belong into logs.
fn known_method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// The path without ids, which belong to tenants and not into logs.
fn route_of(path: &str) -> &'static str {
    match path.strip_prefix(TASKS) {
        _ if ASSETS.contains(&path) => "assets",
        None if path.starts_with("/admin/v1/") => "admin",
        None if path == "/metrics" => METRICS,
        Some("") => "tasks",
        Some(rest) if rest.starts_with('/') => "tasks/{id}",
        _ => "other",
    }
}
