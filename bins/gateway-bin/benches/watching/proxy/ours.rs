//! A reverse proxy in a few lines, for machines without nginx.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{Request, StatusCode};
use reqwest::Client;

use crate::account::{API_KEY, Account};

/// Longest body that is passed on, in bytes.
const BODY_BYTES: usize = 1024 * 1024;

/// The account's base URL, and the connections to it.
#[derive(Clone, Debug)]
struct Upstream {
    http: Client,
    base_url: String,
}

/// Serves beside the account until that is closed.
pub(crate) async fn start(account: &Account) -> anyhow::Result<SocketAddr> {
    rustls::crypto::ring::default_provider().install_default().ok();
    let http = Client::builder().no_proxy().build()?;
    let upstream = Upstream { http, base_url: account.sim.asset_base_url() };
    let router = Router::new().fallback(pass_on).with_state(upstream);
    let serving = account.runtime.spawn(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        tokio::spawn(async { axum::serve(listener, router).await });
        Ok::<_, std::io::Error>(address)
    });
    Ok(serving.await??)
}

async fn pass_on(State(upstream): State<Upstream>, request: Request<Body>) -> Response {
    let answer = answer(&upstream, request).await;
    answer.unwrap_or_else(|_| status(StatusCode::BAD_GATEWAY, Body::empty()))
}

async fn answer(upstream: &Upstream, request: Request<Body>) -> anyhow::Result<Response> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().strip_prefix("/volcark").unwrap_or_default();
    let url = format!("{}{path}", upstream.base_url);
    let body = axum::body::to_bytes(body, BODY_BYTES).await?;
    let request = upstream.http.request(head.method, url).bearer_auth(API_KEY).body(body);
    let reply = request.send().await?;
    let code = reply.status();
    Ok(status(code, Body::from(reply.bytes().await?)))
}

fn status(code: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = code;
    response
}
