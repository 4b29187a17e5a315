//! Answers before they are bytes.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::Value;

/// An answer that can still be changed.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Body,
}

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum Body {
    Empty,
    Json(Value),
    /// Bytes with their content type.
    Bytes(&'static str, Cow<'static, [u8]>),
}

/// An answer as bytes, the head still in parts.
#[derive(Debug)]
pub(crate) struct Rendered {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn new(status: u16, body: Body) -> Self {
        Self { status, headers: Vec::new(), body }
    }

    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self::new(status, Body::Json(body))
    }

    /// The answer with one more header.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn render(self) -> Rendered {
        let mut headers = self.headers;
        let body = match self.body {
            Body::Empty => Vec::new(),
            Body::Json(value) => {
                let json = "application/json; charset=utf-8";
                headers.push(("content-type".to_owned(), json.to_owned()));
                value.to_string().into_bytes()
            }
            Body::Bytes(content_type, bytes) => {
                headers.push(("content-type".to_owned(), content_type.to_owned()));
                bytes.into_owned()
            }
        };
        Rendered { status: self.status, headers, body }
    }
}

impl Rendered {
    /// The head with this `Content-Length`, true or not.
    pub(crate) fn head(&self, content_length: u64) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            // Writing to a string cannot fail.
            let _ = write!(head, "{name}: {value}\r\n");
        }
        let _ = write!(head, "content-length: {content_length}\r\n\r\n");
        head.into_bytes()
    }

    /// Head and body in one piece.
    pub(crate) fn whole(&self) -> Vec<u8> {
        let mut bytes = self.head(self.body.len() as u64);
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        307 => "Temporary Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        409 => "Conflict",
        416 => "Range Not Satisfiable",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Unnamed",
    }
}
