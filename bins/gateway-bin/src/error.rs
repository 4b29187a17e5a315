//! Every refusal that a tenant can meet: the table of public errors and the way to it.
//!
//! Libraries know nothing of HTTP; the `From` impls here are the whole policy. An error has two
//! texts: `detail` for the tenant, and `cause` for the operator's log. Rendering is the matter of
//! the surface (`tasks.rs`), because the two surfaces have different envelopes.

mod table;

use std::sync::Arc;

use http::StatusCode;
use seedance_model::ErrorKind;

use crate::verdict::Reason;

pub use table::{ERRORS, ErrorRow, Kind, OPERATOR_ERRORS};

/// A refusal on its way to the tenant.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    kind: Kind,
    detail: String,
    param: String,
    native_code: Option<String>,
    retry_after_seconds: Option<u64>,
    may_retry: bool,
    cause: Option<Arc<anyhow::Error>>,
    verdict: Option<Box<Reason>>,
}

impl ApiError {
    /// A refusal whose `detail` the tenant reads.
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            param: String::new(),
            native_code: None,
            retry_after_seconds: None,
            may_retry: true,
            cause: None,
            verdict: None,
        }
    }

    /// The upstream's own 400: its code, and a message that was redacted.
    pub(crate) fn native(code: String, message: String, param: String) -> Self {
        let error = Self::new(Kind::Native, message).about(param);
        Self { native_code: Some(code), ..error }
    }

    /// The field that is meant.
    pub(crate) fn about(self, param: impl Into<String>) -> Self {
        Self { param: param.into(), ..self }
    }

    /// The refusal protects somebody, and leaves a record.
    pub(crate) fn verdict(self, reason: Reason) -> Self {
        Self { verdict: Some(Box::new(reason)), ..self }
    }

    /// What happened, for the log only.
    pub(crate) fn because(self, cause: impl Into<anyhow::Error>) -> Self {
        Self { cause: Some(Arc::new(cause.into())), ..self }
    }

    /// When to come back.
    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after_seconds: Some(seconds), ..self }
    }

    /// Repeating the request might buy a second video, or can only fail again.
    pub(crate) fn never_retry(self) -> Self {
        Self { may_retry: false, ..self }
    }

    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.row().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    pub(crate) fn code(&self) -> &str {
        self.native_code.as_deref().unwrap_or(self.kind.row().code)
    }

    pub(crate) fn type_name(&self) -> &'static str {
        self.kind.row().type_name
    }

    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    pub(crate) fn param(&self) -> &str {
        &self.param
    }

    /// The headers that tell a client whether and when to try again.
    pub(crate) fn retry_headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = Vec::new();
        if let Some(seconds) = self.retry_after_seconds {
            headers.push(("retry-after", seconds.to_string()));
        }
        if !self.may_retry {
            headers.push(("x-should-retry", "false".to_owned()));
        }
        headers
    }

    /// Writes the one log line of this refusal: loud for our faults, quiet for the tenant's. A
    /// verdict has its record, and is quiet beside that.
    pub(crate) fn log(&self) {
        let (status, code) = (self.status().as_u16(), self.code());
        if let Some(reason) = &self.verdict {
            reason.record(status);
        }
        let cause = self.cause.as_ref().map(|cause| format!("{cause:#}")).unwrap_or_default();
        match status {
            500 => tracing::error!(status, code, cause, "request failed"),
            502 | 503 if self.verdict.is_none() => {
                tracing::warn!(status, code, cause, "request failed");
            }
            _ => tracing::debug!(status, code, param = self.param, "request refused"),
        }
    }
}

impl From<seedance_model::Error> for ApiError {
    fn from(error: seedance_model::Error) -> Self {
        if error.kind() == ErrorKind::ModerationSkip {
            return Self::new(Kind::ModerationSkip, error.to_string())
                .about(error.field())
                .verdict(Reason::ModerationSkip);
        }
        // A duration that is no JSON number at all, or is said twice, is about the JSON.
        let about_duration = error.field() == "duration" && error.kind() != ErrorKind::NotJson;
        let kind = if about_duration { Kind::InvalidDuration } else { Kind::InvalidRequest };
        Self::new(kind, error.to_string()).about(error.field())
    }
}

/// The store failed: nothing was promised, and another try may succeed. But a text that no store
/// keeps is the tenant's.
impl From<tenancy::Error> for ApiError {
    fn from(error: tenancy::Error) -> Self {
        if error.is_unstorable_text() {
            let text = "a text holds the character U+0000, which cannot be kept; leave it out";
            return Self::new(Kind::InvalidRequest, text).because(error);
        }
        Self::new(Kind::ServiceUnavailable, "the gateway cannot keep records now; try again later")
            .retry_after(1)
            .because(error)
    }
}
