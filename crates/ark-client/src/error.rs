//! The one error of this crate: which call failed, and what that says about its effect.
//!
//! What the upstream wrote is kept for the caller to read, and never printed by `Display` or
//! `Debug`: it may name the platform's account, endpoint or key.

use std::fmt;

use crate::complaint::Complaint;

/// Why a call failed, and whether it can have had an effect.
///
/// `Display` is one lower-case fragment with the call, the kind of failure, the status and a
/// well-formed upstream code: ``create a task: answered with status 429, code `QuotaExceeded` ``.
/// Neither it nor `Debug` shows a URL, a key, or a word of the upstream's body.
/// `source()` is the transport's own error without its URL.
pub struct Error {
    inner: Box<Inner>,
}

/// What is known about the effect of a call that failed.
///
/// Closed on purpose: a caller has to decide for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Not one byte of the request left: bad settings, or DNS, TCP or TLS failed.
    NotSent,
    /// The upstream refused the call, so it had no effect and nothing was bought.
    ///
    /// That is: the status line and headers of a 4xx arrived, whatever became of its body.
    /// Not so for 408, 425 and 499, with which an intermediary gives up on a request that may
    /// have gone on. An asset answer that names an error under a 2xx is a refusal as well, unless
    /// the error is an internal one.
    Refused,
    /// The call may have had its effect: time ran out, the connection broke, or the answer was a
    /// 5xx, a 3xx, another protocol, or not what this call answers.
    Unknown,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The call could not be made from these settings or arguments.
    Unsendable(&'static str),
    /// No connection came about.
    Connect,
    /// The whole answer did not arrive in time.
    Timeout,
    /// The connection broke, or what came was not HTTP.
    Broken,
    /// The answer is longer than this many bytes.
    TooLong(usize),
    /// An answer that is no success.
    Answered,
    /// A success whose body is not what this call answers.
    Unreadable,
    /// A success that speaks of another task.
    OtherTask,
}

struct Inner {
    operation: &'static str,
    kind: Kind,
    status: Option<u16>,
    complaint: Complaint,
    source: Option<reqwest::Error>,
}

/// Statuses with which an intermediary gives up on a request: 408 Request Timeout, 425 Too Early,
/// 499 Client Closed Request (nginx).
const GIVEN_UP: [u16; 3] = [408, 425, 499];

impl Error {
    pub(crate) fn new(operation: &'static str, kind: Kind) -> Self {
        Self {
            inner: Box::new(Inner {
                operation,
                kind,
                status: None,
                complaint: Complaint::default(),
                source: None,
            }),
        }
    }

    /// The failure of the transport; the URL is taken out, because logs print the whole chain.
    pub(crate) fn transport(operation: &'static str, source: reqwest::Error) -> Self {
        let kind = if source.is_builder() {
            Kind::Unsendable("the request could not be built")
        } else if source.is_connect() {
            Kind::Connect
        } else if source.is_timeout() {
            Kind::Timeout
        } else {
            Kind::Broken
        };
        let mut error = Self::new(operation, kind);
        error.inner.source = Some(source.without_url());
        error
    }

    /// Adds what is known of the answer.
    pub(crate) fn answered(mut self, status: u16, complaint: Complaint) -> Self {
        self.inner.status = Some(status);
        self.inner.complaint = complaint;
        self
    }

    /// Whether the call can have had its effect.
    pub fn outcome(&self) -> Outcome {
        match self.inner.kind {
            Kind::Unsendable(_) | Kind::Connect => Outcome::NotSent,
            Kind::Answered if self.is_refusal() => Outcome::Refused,
            Kind::Answered
            | Kind::Timeout
            | Kind::Broken
            | Kind::TooLong(_)
            | Kind::Unreadable
            | Kind::OtherTask => Outcome::Unknown,
        }
    }

    /// The status of the answer, if its head arrived.
    pub fn status(&self) -> Option<u16> {
        self.inner.status
    }

    /// The upstream's error code as it wrote it, such as `InvalidParameter.UnsupportedParameter`.
    pub fn upstream_code(&self) -> Option<&str> {
        self.inner.complaint.code.as_deref()
    }

    /// The upstream's message as it wrote it; it may name the platform's account or endpoint.
    pub fn upstream_message(&self) -> Option<&str> {
        self.inner.complaint.message.as_deref()
    }

    /// The parameter that the upstream complains about, such as `content[0].image_url.url`.
    pub fn upstream_param(&self) -> Option<&str> {
        self.inner.complaint.param.as_deref()
    }

    /// The upstream's id of this call, to quote to its support.
    pub fn request_id(&self) -> Option<&str> {
        self.inner.complaint.request_id.as_deref()
    }

    /// How long the upstream asks to wait, in seconds: at most 300, however much it asks for.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        self.inner.complaint.retry_after_seconds
    }

    /// Whether time ran out, for the connection or for the answer.
    pub fn is_timeout(&self) -> bool {
        self.inner.source.as_ref().is_some_and(reqwest::Error::is_timeout)
    }

    fn is_refusal(&self) -> bool {
        match self.inner.status {
            Some(status @ 400..=499) => !GIVEN_UP.contains(&status),
            // Only an asset answer gets here: it names its error under a success.
            // An internal error may have come after the effect.
            Some(200..=299) => !self.upstream_code().is_some_and(|c| c.starts_with("Internal")),
            _ => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.inner.operation)?;
        match self.inner.kind {
            Kind::Unsendable(reason) => f.write_str(reason)?,
            Kind::Connect => f.write_str("no connection, so nothing was sent")?,
            Kind::Timeout => f.write_str("no whole answer in time")?,
            Kind::Broken => f.write_str("the connection broke before a whole answer")?,
            Kind::TooLong(limit) => write!(f, "the answer is longer than {limit} bytes")?,
            Kind::Answered => f.write_str("answered")?,
            Kind::Unreadable => f.write_str("not a known answer")?,
            Kind::OtherTask => f.write_str("the answer is about another task")?,
        }
        if let Some(status) = self.inner.status {
            write!(f, " with status {status}")?;
        }
        if let Some(code) = self.upstream_code().filter(|code| is_well_formed(code)) {
            write!(f, ", code `{code}`")?;
        }
        Ok(())
    }
}

/// Whether a code may be printed: `CamelCase` words joined by dots, as the upstream's codes are.
/// Keys, names of accounts and hashes have digits, or capitals in a row.
fn is_well_formed(code: &str) -> bool {
    code.len() <= 100 && code.split('.').all(is_camel_case)
}

fn is_camel_case(word: &str) -> bool {
    let shouts = word.as_bytes().windows(4).any(|four| four.iter().all(u8::is_ascii_uppercase));
    let letters = word.bytes().all(|byte| byte.is_ascii_alphabetic());
    word.starts_with(|first: char| first.is_ascii_uppercase()) && letters && !shouts
}

impl fmt::Debug for Error {
    /// As `Display`, so that an `unwrap` or a `{:?}` in a log cannot leak either.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}, {self})", self.outcome())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner.source.as_ref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}
