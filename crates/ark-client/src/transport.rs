//! One HTTP exchange: send once, read the whole answer up to a limit, sort success from failure.
//!
//! It knows neither URLs nor bodies of the two APIs, and never sends anything twice.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder, Response, redirect, retry};
use rustls::{ClientConfig, RootCertStore, crypto::ring};

use crate::complaint::Complaint;
use crate::error::{Error, Kind};

/// How long an idle connection is kept.
///
/// Shorter than the keep-alive of common servers (5 s and more). A server that closes an idle
/// connection in the moment in which a create is written to it leaves that create in doubt, so
/// the client lets go of the connection first.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

/// What a client that cannot be built was about to do.
pub(crate) const BUILD: &str = "build the client";

/// A whole answer.
pub(crate) struct Answer {
    operation: &'static str,
    status: u16,
    headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The error that this answer is.
    pub(crate) fn error(&self, kind: Kind) -> Error {
        // A body is searched for the upstream's words only where it reports a failure of the call:
        // the body of a failed task has an `error` as well.
        let body: &[u8] = if kind == Kind::Answered { &self.body } else { &[] };
        let complaint = Complaint::read(&self.headers, body);
        Error::new(self.operation, kind).answered(self.status, complaint)
    }
}

/// The client that every call goes through.
///
/// One pool serves creates and polls: the polls keep a fresh connection at hand for the creates.
/// Everything that could repeat a request or send it elsewhere is off: retries, redirects, proxies,
/// HTTP/2 (whose servers may ask for a repetition). hyper alone takes another connection when a
/// pooled one turns out dead before it has begun to write, so not one byte has left by then.
pub(crate) fn http_client(connect_timeout: Duration) -> Result<Client, Error> {
    let tls = tls_config()
        .map_err(|_| Error::new(BUILD, Kind::Unsendable("no TLS version is available")))?;
    Client::builder()
        .tls_backend_preconfigured(tls)
        .http1_only()
        .retry(retry::never())
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(connect_timeout)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .tcp_nodelay(true)
        .user_agent(concat!("ark-client/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|source| Error::transport(BUILD, source))
}

/// TLS with ring and Mozilla's roots, named here so that no process-wide default is needed.
///
/// Early data stays off: it would let a request leave before the connection stands.
fn tls_config() -> Result<ClientConfig, rustls::Error> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

/// Sends `request` once; a 2xx with a whole body of at most `limit` bytes is an [`Answer`].
///
/// The request carries its own total timeout, which covers the body as well.
pub(crate) async fn exchange(
    operation: &'static str,
    request: RequestBuilder,
    limit: usize,
) -> Result<Answer, Error> {
    let response = request.send().await.map_err(|source| Error::transport(operation, source))?;
    let status = response.status();
    let headers = response.headers().clone();
    let (body, broken) = match read_body(operation, response, limit).await {
        Ok(body) => (body, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let answer = Answer { operation, status: status.as_u16(), headers, body };
    match broken {
        // The head tells the outcome; an unreadable body only takes the words away.
        _ if !status.is_success() => Err(answer.error(Kind::Answered)),
        Some(error) => Err(error.answered(answer.status, Complaint::read(&answer.headers, &[]))),
        None => Ok(answer),
    }
}

async fn read_body(
    operation: &'static str,
    mut response: Response,
    limit: usize,
) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    loop {
        let chunk = response.chunk().await;
        let Some(chunk) = chunk.map_err(|source| Error::transport(operation, source))? else {
            return Ok(body);
        };
        if body.len().saturating_add(chunk.len()) > limit {
            return Err(Error::new(operation, Kind::TooLong(limit)));
        }
        body.extend_from_slice(&chunk);
    }
}
