//! Errors of both surfaces, in the upstream's words.
//!
//! Codes and messages that were never measured are marked as assumed where they are made.

use serde_json::{Value, json};

/// An answer other than success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    /// The JSON path that the task surface names; empty when there is none.
    pub(crate) param: String,
    /// The number that errors of the gateway in front of the asset API carry.
    pub(crate) number: Option<u32>,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            param: String::new(),
            number: None,
        }
    }

    /// The refusal with the field that it is about.
    pub(crate) fn about(mut self, param: impl Into<String>) -> Self {
        self.param = param.into();
        self
    }

    /// The refusal with the number of a gateway error.
    pub(crate) fn numbered(mut self, number: u32) -> Self {
        self.number = Some(number);
        self
    }

    /// 400: a value that is not allowed, told by `reason`.
    pub(crate) fn invalid(param: &str, reason: impl AsRef<str>) -> Self {
        let reason = reason.as_ref();
        let message =
            format!("The parameter `{param}` specified in the request is not valid: {reason}.");
        Self::new(400, "InvalidParameter", message).about(param)
    }

    /// 400: a required field is absent.
    pub(crate) fn missing(param: &str) -> Self {
        let message = format!("The request failed because it is missing `{param}` parameter.");
        Self::new(400, "MissingParameter", message).about(param)
    }

    /// 500 without a reason.
    pub(crate) fn internal() -> Self {
        let message = "The service encountered an unexpected internal error. Please retry later.";
        Self::new(500, "InternalServiceError", message)
    }

    /// The value of `x-error-code`, which for a bad key is not the code of the body.
    pub(crate) fn header_code(&self) -> String {
        match self.code.as_str() {
            "AuthenticationError" => "AuthN_AuthenticationError".to_owned(),
            code => code.to_owned(),
        }
    }

    /// The envelope of the task surface.
    pub(crate) fn task_envelope(&self, request_id: &str) -> Value {
        let message = format!("{} Request id: {request_id}", self.message);
        json!({"error": {
            "code": self.code,
            "message": message,
            "param": self.param,
            "type": kind(self.status),
        }})
    }

    /// The `Error` object of the asset surface.
    pub(crate) fn asset_error(&self) -> Value {
        let mut error = json!({"Code": self.code, "Message": self.message});
        if let (Some(number), Some(members)) = (self.number, error.as_object_mut()) {
            members.insert("CodeN".to_owned(), number.into());
        }
        error
    }
}

/// The `type` that goes with a status.
fn kind(status: u16) -> &'static str {
    match status {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        409 => "Conflict", // Assumed: only code and message of a 409 were measured.
        429 => "TooManyRequests",
        500.. => "InternalServerError",
        _ => "BadRequest",
    }
}
