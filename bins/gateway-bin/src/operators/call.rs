//! Reads what an operator asks for, strictly: unknown parameters and fields are refused.

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Path, Query};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tenancy::Actor;

use super::{BODY_LIMIT_BYTES, Desk};
use crate::acts::{By, Failure, Reason, operator};
use crate::body;
use crate::error::{ApiError, Kind};
use crate::reply::json_response;
use crate::request_id::RequestId;
use crate::tasks::Refusal;

/// The header that names who acts.
pub(crate) const ACTOR: &str = "X-Actor";

/// A request that changes something: its body, who asks for it, and when.
#[derive(Debug)]
pub(super) struct Change<T> {
    pub(super) body: T,
    pub(super) by: By,
}

impl<T: DeserializeOwned> FromRequest<Desk> for Change<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request<Body>, desk: &Desk) -> Result<Self, Refusal> {
        let actor = actor(request.headers())?;
        let id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
        let actor = match id {
            Some(id) => actor.in_request(id),
            None => actor,
        };
        if !request.headers().contains_key(CONTENT_TYPE) {
            let text = "send the body with `Content-Type: application/json`";
            return Err(ApiError::new(Kind::UnsupportedMediaType, text).into());
        }
        let bytes = body::read(request, BODY_LIMIT_BYTES).await?;
        let body = serde_json::from_slice(&bytes);
        let body = body.map_err(|error| invalid("", format!("the body: {error}")))?;
        Ok(Self { body, by: By { actor, now: desk.app().clock.now() } })
    }
}

/// Whoever changes something says who it is: the audit log keeps it.
fn actor(headers: &HeaderMap) -> Result<Actor, ApiError> {
    let mut given = headers.get_all(ACTOR).iter();
    let only = given.next().filter(|_| given.next().is_none());
    let name = only.and_then(|name| std::str::from_utf8(name.as_bytes()).ok()).unwrap_or_default();
    let named = operator(name).map_err(|accepted| {
        invalid(ACTOR, format!("`{ACTOR}` names who acts, exactly once; {accepted}"))
    })?;
    Ok(named.into())
}

/// The parameters of a query.
#[derive(Debug)]
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Desk> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Desk) -> Result<Self, Refusal> {
        let read = Query::try_from_uri(&parts.uri);
        let Query(asked) = read.map_err(|error| invalid("", error.body_text()))?;
        Ok(Self(asked))
    }
}

/// The name or id in the path.
#[derive(Debug)]
pub(super) struct Named(pub(super) String);

impl FromRequestParts<Desk> for Named {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Refusal> {
        let read = Path::from_request_parts(parts, desk).await;
        let Path(name) = read.map_err(|_| invalid("", "the path is not UTF-8".to_owned()))?;
        Ok(Self(name))
    }
}

/// A 200 with this value.
#[derive(Debug)]
pub(super) struct Answer<T>(pub(super) T);

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => json_response(body),
            Err(error) => {
                let refusal = ApiError::new(Kind::Internal, "the answer could not be written");
                Refusal::from(refusal.because(error)).into_response()
            }
        }
    }
}

/// What a handler gives back.
pub(super) type Answered<T> = Result<Answer<T>, Refusal>;

/// Something of the request cannot be meant.
pub(super) fn invalid(param: &str, text: String) -> ApiError {
    ApiError::new(Kind::InvalidRequest, text).about(param)
}

/// A dangerous act has to be meant.
pub(super) fn confirmed(confirm: bool, what: &str) -> Result<(), ApiError> {
    if confirm {
        return Ok(());
    }
    let text = format!("{what}; say `\"confirm\": true` if that is meant");
    Err(ApiError::new(Kind::ConfirmationRequired, text).about("confirm"))
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        let kind = match failure.reason() {
            Reason::Invalid(field) => return invalid(field, failure.to_string()),
            Reason::NoTenant => Kind::TenantNotFound,
            Reason::NoToken => Kind::TokenNotFound,
            Reason::NoIntent => Kind::IntentNotFound,
            Reason::NoCharge => Kind::ChargeNotFound,
            Reason::NotInQuarantine => Kind::NotInQuarantine,
            Reason::NameTaken => Kind::TenantExists,
            Reason::NotAdopted => Kind::NotAdopted,
            Reason::Upstream => {
                let text = "the model service did not confirm it; nothing was changed";
                return Self::new(Kind::ServiceError, text).because(failure);
            }
            Reason::Store => return stored(failure),
        };
        Self::new(kind, failure.to_string())
    }
}

/// As any other failure of the store, if it is one.
fn stored(failure: Failure) -> ApiError {
    match failure.into_store_error() {
        Ok(error) => error.into(),
        Err(failure) => ApiError::new(Kind::ServiceUnavailable, "the store cannot answer now")
            .retry_after(1)
            .because(failure),
    }
}
