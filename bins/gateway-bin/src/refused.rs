//! Answers requests that the screen has refused: in the envelope of the task surface, because
//! which surface was meant is not certain.

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::Request;

use crate::connections::{FLAW_HEADER, Flaw};
use crate::error::{ApiError, Kind};
use crate::tasks::Refusal;
use crate::verdict::Reason;

/// Stands around the routes: whatever carries a flaw is answered here.
pub(crate) async fn answer<F>(
    request: Request<Body>,
    next: impl FnOnce(Request<Body>) -> F,
) -> Response
where
    F: Future<Output = Response>,
{
    let flaw = request.headers().get(FLAW_HEADER).map(|flaw| Flaw::carried(flaw.as_bytes()));
    match flaw {
        Some(flaw) => refusal(flaw.unwrap_or(Flaw::HeaderName)).into_response(),
        None => next(request).await,
    }
}

fn refusal(flaw: Flaw) -> Refusal {
    let (kind, reason) = match flaw {
        Flaw::LongTarget => (Kind::TargetTooLong, Reason::TooLarge),
        Flaw::LargeHead | Flaw::ManyHeaders => (Kind::HeadTooLarge, Reason::TooLarge),
        Flaw::LineEnding
        | Flaw::ControlByte
        | Flaw::RequestLine
        | Flaw::Version
        | Flaw::Method
        | Flaw::Target
        | Flaw::OtherHost
        | Flaw::HeaderLine
        | Flaw::HeaderName
        | Flaw::HostCount
        | Flaw::Host
        | Flaw::ContentLength
        | Flaw::TransferEncoding
        | Flaw::BothLengths
        | Flaw::Upgrade => (Kind::InvalidRequest, Reason::Framing(flaw.name())),
    };
    ApiError::new(kind, flaw.message()).verdict(reason).into()
}
