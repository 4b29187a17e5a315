//! What the answers of both surfaces share: JSON bodies, and the headers of a refusal.

use axum::body::Body;
use axum::response::Response;
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use crate::error::ApiError;

/// A 200 with a JSON body that is ready to go.
pub(crate) fn json_response(body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The answer with the status of a refusal, and with what it says about trying again.
pub(crate) fn with_retry_headers(mut response: Response, error: &ApiError) -> Response {
    *response.status_mut() = error.status();
    for (name, value) in error.retry_headers() {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
