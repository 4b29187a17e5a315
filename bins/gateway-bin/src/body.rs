//! Reads a request body: declared as plain JSON, and not larger than the limit.

use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, Request};
use http_body_util::BodyExt as _;

use crate::admission::Seat;
use crate::error::{ApiError, Kind};
use crate::verdict::Reason;

/// The whole body. A `Content-Length` over the limit is refused before a byte is read.
pub(crate) async fn read(request: Request<Body>, limit_bytes: usize) -> Result<Bytes, ApiError> {
    let (head, body) = request.into_parts();
    refuse_other_types(&head.headers)?;
    let declared = head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let declared: Option<usize> = declared.and_then(|length| length.parse().ok());
    if declared.is_some_and(|length| length > limit_bytes) {
        return Err(too_large(limit_bytes));
    }
    let Some(seat) = head.extensions.get::<Seat>() else {
        return Err(ApiError::new(Kind::Internal, "the request was not admitted"));
    };
    // Who sends slowly must not keep others from being served.
    seat.leave();
    let bytes = collect(body, seat, limit_bytes).await?;
    seat.take().await?;
    Ok(bytes)
}

/// The body in one piece, as long as it keeps to the limit and there is room for it.
async fn collect(mut body: Body, seat: &Seat, limit_bytes: usize) -> Result<Bytes, ApiError> {
    let (mut collected, mut room) = (Vec::new(), seat.room());
    while let Some(frame) = body.frame().await {
        // Cut off or malformed; the former reaches nobody, whatever is answered.
        let frame = frame.map_err(|_| broken())?;
        let piece = frame.into_data().unwrap_or_default();
        if piece.len() > limit_bytes - collected.len() {
            return Err(too_large(limit_bytes));
        }
        room.grow(piece.len())?;
        collected.extend_from_slice(&piece);
    }
    Ok(room.hold(collected))
}

/// No type at all is taken as JSON; a charset other than UTF-8 and any encoding are refused.
fn refuse_other_types(headers: &HeaderMap) -> Result<(), ApiError> {
    if let Some(encoding) = headers.get(CONTENT_ENCODING) {
        let text = "send the body as it is, without `Content-Encoding`";
        return if encoding == "identity" { Ok(()) } else { Err(unsupported(text)) };
    }
    let Some(declared) = headers.get(CONTENT_TYPE) else {
        return Ok(());
    };
    let declared = declared.to_str().unwrap_or_default().to_ascii_lowercase();
    let mut parts = declared.split(';').map(str::trim);
    let is_json = parts.next() == Some("application/json");
    let is_utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.trim() == "charset" => value.trim_matches('"') == "utf-8",
        _ => true,
    });
    if is_json && is_utf8 {
        Ok(())
    } else {
        Err(unsupported("send the body with `Content-Type: application/json`, in UTF-8"))
    }
}

fn broken() -> ApiError {
    ApiError::new(Kind::InvalidRequest, "the body is not complete, or its chunks are malformed")
}

fn too_large(limit_bytes: usize) -> ApiError {
    ApiError::new(Kind::TooLarge, format!("the body is larger than {limit_bytes} bytes"))
        .verdict(Reason::TooLarge)
}

fn unsupported(text: &str) -> ApiError {
    ApiError::new(Kind::UnsupportedMediaType, text)
}
