//! Who may pass: the credential, and no web page in an operator's browser.
//!
//! With a credential configured, everything needs it. Without one the listener is on loopback, and
//! whoever is on this machine may look and change nothing. A page that a browser shows there could
//! ask too: by a name that leads to loopback (DNS rebinding), which `Host` gives away, or as itself,
//! which `Origin` and `Sec-Fetch-Site` do.

use std::net::IpAddr;

use axum::body::Body;
use axum::extract::State;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{AUTHORIZATION, HOST, ORIGIN, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Method, Request};

use super::Desk;
use crate::config::AdminToken;
use crate::error::{ApiError, Kind};
use crate::tasks::Refusal;

/// Where browsers say whose page it is that asks.
const FETCH_SITE: &str = "sec-fetch-site";

/// Middleware around everything but the health routes.
pub(super) async fn pass(State(desk): State<Desk>, request: Request<Body>, next: Next) -> Response {
    let verdict = verdict(desk.app().admin_token.as_ref(), request.method(), request.headers());
    let Err(refusal) = verdict else {
        return next.run(request).await;
    };
    let (reason, method) = (refusal.code(), request.method());
    tracing::warn!(reason, %method, "an operator's request is refused");
    let is_unknown = refusal.status() == http::StatusCode::UNAUTHORIZED;
    let mut response = Refusal::from(refusal).into_response();
    if is_unknown {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

fn verdict(
    credential: Option<&AdminToken>,
    method: &Method,
    headers: &HeaderMap,
) -> Result<(), ApiError> {
    match credential {
        Some(credential) => authorized(credential, headers)?,
        None => from_this_machine(headers)?,
    }
    not_from_a_page(headers)?;
    if credential.is_none() && !reads(method) {
        let text = "configure `server.admin_token` to change something";
        return Err(ApiError::new(Kind::CredentialRequired, text));
    }
    Ok(())
}

/// Does a request with this method leave everything as it is?
pub(super) fn reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Absent, malformed and wrong credentials are answered alike.
fn authorized(credential: &AdminToken, headers: &HeaderMap) -> Result<(), ApiError> {
    let refusal = || {
        let text = "give the operators' credential as `Authorization: Bearer <TOKEN>`";
        ApiError::new(Kind::Unauthorized, text)
    };
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let (Some(only), None) = (given.next(), given.next()) else {
        return Err(refusal());
    };
    let (scheme, token) = only.as_bytes().split_at_checked("Bearer ".len()).ok_or_else(refusal)?;
    let is_bearer = scheme.eq_ignore_ascii_case(b"Bearer ");
    if is_bearer && credential.is(token) { Ok(()) } else { Err(refusal()) }
}

/// An address cannot be led elsewhere, and `localhost` is not asked of any name server.
fn from_this_machine(headers: &HeaderMap) -> Result<(), ApiError> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if is_of_this_machine(host) {
        return Ok(());
    }
    let text = "use `localhost` or a loopback address, or configure `server.admin_token`";
    Err(ApiError::new(Kind::HostRefused, text).about("Host"))
}

fn is_of_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    let address: Option<IpAddr> = bare.parse().ok();
    name.eq_ignore_ascii_case("localhost")
        || address.is_some_and(|address| address.to_canonical().is_loopback())
}

/// Browsers add these, and no page can leave them out.
fn not_from_a_page(headers: &HeaderMap) -> Result<(), ApiError> {
    let site = headers.get(FETCH_SITE).map(HeaderValue::as_bytes);
    let is_own = matches!(site, None | Some(b"none" | b"same-origin"));
    if is_own && !headers.contains_key(ORIGIN) {
        return Ok(());
    }
    let text = "web pages may not ask; leave `Origin` and `Sec-Fetch-Site` out";
    Err(ApiError::new(Kind::OriginRefused, text).about("Origin"))
}

#[cfg(test)]
mod tests {
    use super::is_of_this_machine;

    #[test]
    fn only_loopback_addresses_and_localhost_are_this_machine() {
        for own in
            ["localhost", "LOCALHOST:9090", "127.0.0.1", "127.9.9.9:1", "[::1]:9090", "[::1]"]
        {
            assert!(is_of_this_machine(own), "{own}");
        }
        for other in [
            "",
            "evil.example",
            "localhost.evil.example:9090",
            "127.0.0.1.evil.example",
            "10.0.0.1:9090",
            "[::]:9090",
            "127.1",
            "2130706433",
            "localhost.",
            "0.0.0.0:9090",
        ] {
            assert!(!is_of_this_machine(other), "{other}");
        }
    }
}
