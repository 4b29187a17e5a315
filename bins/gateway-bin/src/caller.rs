//! Who is asking: from the `Authorization` header to a tenant, whether it asks too often, and whether
//! the door is open.
//!
//! Absent, malformed, unknown, revoked and expired tokens are answered alike.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use tenancy::{Tenant, Token};

use crate::app::App;
use crate::callers::Callers;
use crate::error::{ApiError, Kind};
use crate::request_id::note_who;
use crate::verdict::Reason;

/// Longest `Authorization` header that is looked at, in bytes.
const HEADER_BYTES: usize = 256;

/// The tenant behind the request, allowed to use the asset surface.
pub(crate) async fn asset_tenant(app: &App, headers: &HeaderMap) -> Result<Tenant, ApiError> {
    let tenant = tenant(app, headers).await?;
    let library = app.upstreams.get(&tenant.upstream).and_then(|upstream| upstream.ark.project());
    if tenant.assets_enabled && library.is_some() {
        Ok(tenant)
    } else {
        Err(not_open("the asset library is not open for this account"))
    }
}

/// The tenant behind the request, allowed to use the task surface.
pub(crate) async fn task_tenant(app: &App, headers: &HeaderMap) -> Result<Tenant, ApiError> {
    let tenant = tenant(app, headers).await?;
    if tenant.tasks_enabled && app.upstreams.get(&tenant.upstream).is_some() {
        Ok(tenant)
    } else {
        Err(not_open("Doubao Seedance 2.0 is not open for this account"))
    }
}

async fn tenant(app: &App, headers: &HeaderMap) -> Result<Tenant, ApiError> {
    let token = bearer_token(headers).ok_or_else(|| unauthorized(Reason::NoToken))?;
    let tenant = app.callers.tenant_of(&app.store, &token, app.clock.now()).await?;
    let Some(tenant) = tenant else {
        note_who(&beginning_of_hash(&token));
        return Err(unauthorized(Reason::UnknownToken));
    };
    note_who(&format!("tenant {}", tenant.name));
    if tenant.suspended {
        return Err(ApiError::new(Kind::TenantSuspended, "this tenant is switched off")
            .verdict(Reason::TenantSuspended));
    }
    app.request_rates.take(&tenant)?;
    Ok(tenant)
}

/// Whose request it is likely to be. It permits nothing: the token may have been revoked.
pub(crate) fn likely(callers: &Callers, headers: &HeaderMap) -> Option<Tenant> {
    callers.remembered(&bearer_token(headers)?)
}

/// The token, if there is exactly one well-formed `Bearer` header.
fn bearer_token(headers: &HeaderMap) -> Option<Token> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let (Some(only), None) = (given.next(), given.next()) else {
        return None;
    };
    let text = only.to_str().ok().filter(|text| text.len() <= HEADER_BYTES)?;
    let (scheme, token) = text.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") { Token::parse(token.trim()) } else { None }
}

/// What an operator can find a token by that is not valid, and nobody can use.
fn beginning_of_hash(token: &Token) -> String {
    let [first, second, third, ..] = token.sha256();
    format!("token {first:02x}{second:02x}{third:02x}")
}

fn unauthorized(reason: Reason) -> ApiError {
    ApiError::new(Kind::Unauthorized, "give a valid API token as `Authorization: Bearer <TOKEN>`")
        .verdict(reason)
}

fn not_open(detail: &str) -> ApiError {
    ApiError::new(Kind::ServiceUnavailable, detail).never_retry()
}
