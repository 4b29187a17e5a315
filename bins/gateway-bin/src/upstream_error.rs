//! What a tenant is told when the upstream refuses or fails.
//!
//! The platform's own credentials, endpoints and quotas are never the tenant's fault, so their
//! errors become 502 or 503; only a 400 with a native code is about the tenant's request.

use ark_client::{Error, Outcome};

use crate::error::{ApiError, Kind};
use crate::upstream::Upstream;

/// Codes that mean: the platform's account cannot use the model now.
const NOT_OPEN: [&str; 7] = [
    "ModelNotOpen",
    "SubscriptionRequired",
    "AccountOverdueError",
    "InvalidAccountStatus",
    "OperationDenied.ServiceNotOpen",
    "OperationDenied.ServiceOverdue",
    "InvalidEndpointOrModel.ModelIDAccessDisabled",
];

/// How long a tenant waits when the upstream says 429 without a time, in seconds.
const DEFAULT_RETRY_AFTER_SECONDS: u64 = 1;

/// The answer to a create.
pub(crate) fn of_create(upstream: &Upstream, error: Error) -> ApiError {
    match error.outcome() {
        Outcome::NotSent => ApiError::new(
            Kind::ServiceError,
            "the model service could not be reached; nothing was created",
        )
        .because(error),
        Outcome::Refused => of_refusal(upstream, error),
        Outcome::Unknown => unknown_outcome().because(error),
    }
}

/// The answer to any other call, where trying again is harmless.
pub(crate) fn of_call(upstream: &Upstream, error: Error) -> ApiError {
    match error.outcome() {
        Outcome::Refused => of_refusal(upstream, error),
        Outcome::NotSent | Outcome::Unknown => service_error().because(error),
    }
}

/// The tenant must not try again: the task may exist, and is looked for.
pub(crate) fn unknown_outcome() -> ApiError {
    let text = "the model service gave no clear answer; do not repeat this request: \
                if it was accepted, what it made appears in the list";
    ApiError::new(Kind::ServiceError, text).never_retry()
}

fn of_refusal(upstream: &Upstream, error: Error) -> ApiError {
    let code = error.upstream_code().unwrap_or_default();
    match error.status() {
        _ if code.starts_with("NotFound.group") => {
            ApiError::new(Kind::AssetGroupNotFound, "the asset group does not exist")
        }
        _ if code.starts_with("NotFound.asset") => {
            ApiError::new(Kind::AssetNotFound, "the asset does not exist")
        }
        _ if NOT_OPEN.contains(&code) => ApiError::new(
            Kind::ServiceUnavailable,
            "the model service is not open for this account",
        )
        .because(error),
        Some(400) if is_about_the_request(upstream, code) => native(upstream, &error),
        Some(429) => {
            let seconds = error.retry_after_seconds().unwrap_or(DEFAULT_RETRY_AFTER_SECONDS);
            ApiError::new(Kind::RateLimited, "the model service accepts no more requests now")
                .retry_after(seconds)
                .because(error)
        }
        _ => service_error().because(error),
    }
}

/// A code of the public form that does not name our endpoint.
fn is_about_the_request(upstream: &Upstream, code: &str) -> bool {
    upstream.redactor.is_public_code(code) && !code.starts_with("InvalidEndpoint")
}

fn native(upstream: &Upstream, error: &Error) -> ApiError {
    let message = upstream.redactor.message(error.upstream_message().unwrap_or_default());
    let param = upstream.redactor.message(error.upstream_param().unwrap_or_default());
    ApiError::native(error.upstream_code().unwrap_or_default().to_owned(), message, param)
}

fn service_error() -> ApiError {
    ApiError::new(Kind::ServiceError, "the model service failed; try again later")
}
