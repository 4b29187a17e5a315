//! The menu of faults, and the plan of which calls suffer them.

mod gate;
mod gzip;
mod odd_list;
mod plan;
mod script;

use std::time::Duration;

pub use gate::Gate;
pub(crate) use odd_list::distort;
pub use plan::{Faults, PlannedFault};
pub(crate) use script::{script, spoil};

/// What happens to one call.
///
/// Times are real time, not the simulator's clock: they are there to meet a client's timeouts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Waits, then does what was asked and answers.
    Delay(Duration),
    /// Waits until a test opens the gate, then does what was asked and answers, whether or not
    /// anybody is still there to hear it.
    HoldBack(Gate),
    /// Reads the request, does nothing, and keeps the connection open without a byte.
    NeverAnswer,
    /// Resets the connection after the head, before the body is read. Nothing is done.
    ResetBeforeRead,
    /// Closes the connection after half of the body. Nothing is done.
    CloseAfterHalfBody,
    /// Does nothing and answers with a status of its own.
    Status {
        /// The HTTP status.
        status: u16,
        /// What the answer says.
        body: ErrorBody,
        /// The `Retry-After` header, whatever its text.
        retry_after: Option<String>,
    },
    /// Does nothing and answers 307 with this `Location`.
    Redirect(String),
    /// Does what was asked; the true answer is then damaged.
    CommitThen(Damage),
    /// Does nothing; an answer that was made up is then damaged in the same way. It says 200 and
    /// an id of nothing where the damage leaves it unreadable, and 500 elsewhere.
    WithoutCommit(Damage),
    /// Does what was asked; a list in the answer is then odd. Other answers stay as they are.
    OddList(ListOddity),
}

impl Fault {
    /// A refusal with an upstream error body and no `Retry-After`.
    pub fn refusal(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Status {
            status,
            body: ErrorBody::Json { code: code.into(), message: message.into() },
            retry_after: None,
        }
    }

    /// A bare status without a body.
    pub fn status(status: u16) -> Self {
        Self::Status { status, body: ErrorBody::Empty, retry_after: None }
    }
}

/// The body of [`Fault::Status`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorBody {
    /// The envelope of the surface that was called, with this code and message.
    Json {
        /// The upstream's code.
        code: String,
        /// The upstream's message; the request id is added.
        message: String,
    },
    /// A page as a proxy in between would send it.
    Html,
    /// No body.
    Empty,
}

/// What happens to the bytes of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// The answer comes late.
    Delay(Duration),
    /// The answer never comes; the connection stays open.
    Hang,
    /// The connection is closed before the first byte.
    CloseBeforeHeaders,
    /// The connection is closed in the middle of the headers.
    CloseMidHeader,
    /// The connection is closed in the middle of the body.
    CloseMidBody,
    /// The connection is reset instead of an answer.
    Reset,
    /// The answer is 500 `InternalServiceError`.
    Status500,
    /// 200 with bytes that are no JSON.
    GarbageJson,
    /// 200 with JSON of the right names and the wrong types.
    WrongTypes,
    /// The last byte is missing, and `Content-Length` agrees with what is sent.
    TruncateByOne,
    /// `Content-Length` promises 10 bytes more than come before the close.
    ContentLengthTooLong,
    /// `Content-Length` promises one byte less than is sent.
    ContentLengthTooShort,
    /// This many 100 and 103 heads come before the answer.
    Informational(usize),
    /// This many blanks come before the body, and `Content-Length` counts them.
    HugeBody(u64),
    /// The body comes at this many bytes per second.
    SlowBody(u32),
    /// This many extra headers.
    ManyHeaders(usize),
    /// One extra header of this many bytes.
    HugeHeader(usize),
    /// The answer is whole and keeps the connection alive; the next request on it is reset
    /// unread.
    CloseOnReuse,
    /// The body is a gzip stream that inflates to this many blanks.
    Gzip {
        /// Whether `Content-Encoding` says so.
        announced: bool,
        /// The inflated size in bytes.
        inflated_bytes: u64,
    },
}

/// What is odd about a list of tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListOddity {
    /// Every item comes twice.
    Duplicates,
    /// `total` says this.
    WrongTotal(i64),
    /// `total` is another number on every call.
    ChangingTotal,
    /// Pages start one item early, so that each repeats the last item of the page before.
    Overlap,
    /// This many succeeded tasks of strangers come first, and `total` counts them.
    ForeignTasks(usize),
    /// One item is no object, and one has no id.
    UnreadableItems,
    /// The list shows none of its tasks, and `total` counts them.
    Hidden,
}
