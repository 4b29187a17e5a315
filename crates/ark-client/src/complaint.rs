//! What the upstream says went wrong: the error bodies of both APIs, and the headers beside them.
//!
//! Nothing here fails: whatever cannot be read is absent.

use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde_json::Value;

/// The words of a failed answer as the upstream wrote them, the texts cut to [`LONGEST_TEXT`].
#[derive(Default)]
pub(crate) struct Complaint {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) param: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after_seconds: Option<u64>,
}

/// The longest text that is kept, in characters; real messages have a few hundred.
const LONGEST_TEXT: usize = 4096;

/// The longest request id that is believed, in bytes; real ones have about 55.
const LONGEST_REQUEST_ID: usize = 128;

/// The longest wait that is believed, in seconds.
const LONGEST_WAIT: u64 = 300;

impl Complaint {
    /// Reads headers and body of an answer.
    ///
    /// The body is `{"error":{…}}` of the task API, `{"ResponseMetadata":{"Error":{…}}}` of the
    /// Asset API, or the flat `{"code":…,"message":…}` that some gateways write.
    pub(crate) fn read(headers: &HeaderMap, body: &[u8]) -> Self {
        let root: Value = serde_json::from_slice(body).unwrap_or_default();
        let error = ["/ResponseMetadata/Error", "/error"]
            .into_iter()
            .find_map(|path| root.pointer(path).filter(|found| found.is_object()))
            .unwrap_or(&root);
        let message = text(error, ["message", "Message"]);
        Self {
            code: text(error, ["code", "Code"]),
            param: text(error, ["param", "Param"]),
            request_id: header(headers, "x-request-id")
                .and_then(request_id)
                .or_else(|| request_id(root.pointer("/ResponseMetadata/RequestId")?.as_str()?))
                .or_else(|| request_id_at_the_end(message.as_deref()?)),
            retry_after_seconds: retry_after_seconds(headers),
            message,
        }
    }
}

/// The first of `names` that is a text, unless it is empty.
fn text(error: &Value, names: [&str; 2]) -> Option<String> {
    names
        .into_iter()
        .find_map(|name| error.get(name)?.as_str())
        .filter(|text| !text.is_empty())
        .map(|text| text.chars().take(LONGEST_TEXT).collect())
}

/// The id in a message that ends with ``Request id: 0217…``.
fn request_id_at_the_end(message: &str) -> Option<String> {
    let (_, tail) =
        message.rsplit_once("Request id: ").or_else(|| message.rsplit_once("Request ID: "))?;
    request_id(tail.trim_end_matches('.'))
}

/// The text as a request id, if it looks like one.
pub(crate) fn request_id(text: &str) -> Option<String> {
    let is_id = (1..=LONGEST_REQUEST_ID).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    is_id.then(|| text.to_owned())
}

/// The seconds of `Retry-After`, which is a number or a date.
///
/// A date is taken relative to the answer's own `Date`, so that no clock is needed here.
fn retry_after_seconds(headers: &HeaderMap) -> Option<u64> {
    let wait = header(headers, RETRY_AFTER.as_str())?;
    let seconds = if !wait.is_empty() && wait.bytes().all(|b| b.is_ascii_digit()) {
        // All digits: only a number that is too large fails.
        wait.parse().unwrap_or(u64::MAX)
    } else {
        let parser = DateTimeParser::new();
        let until = parser.parse_timestamp(wait).ok()?;
        let sent = parser.parse_timestamp(header(headers, DATE.as_str())?).ok()?;
        u64::try_from(until.as_second().saturating_sub(sent.as_second())).unwrap_or(0)
    };
    Some(seconds.min(LONGEST_WAIT))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}
