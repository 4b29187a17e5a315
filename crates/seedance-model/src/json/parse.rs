//! From bytes to a value, and from what went wrong to one line for the caller.
//!
//! The grammar is `serde_json`'s; its texts are not shown, because they can be very long.

use serde::de::DeserializeSeed;
use serde_json::Deserializer;
use serde_json::error::Category;

use super::Json;
use super::number_tokens::{is_out_of_range, quote_out_of_range};
use super::path::Path;
use super::visit::{DEEPEST_LEVEL, Reading, ValueSeed};
use crate::error::{Error, ErrorKind, shown};

/// How much is forgiven.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// A tenant's request: whatever two readers could understand differently is refused.
    Request,
    /// The upstream's reply: the last of several equal keys wins, every number is kept as
    /// written, NUL becomes U+FFFD. A reply must be understood, because it was paid for.
    Reply,
}

/// The value in `body`.
pub(crate) fn parse(body: &[u8], strictness: Strictness) -> Result<Json, Error> {
    let text = text_of(body)?;
    let first_try = read(text, strictness);
    if first_try.is_err() && strictness == Strictness::Reply {
        return read(&quote_out_of_range(text), strictness);
    }
    first_try
}

fn read(text: &str, strictness: Strictness) -> Result<Json, Error> {
    let mut reading = Reading::of(text, strictness);
    let mut deserializer = Deserializer::from_str(text);
    let root = ValueSeed { reading: &mut reading, path: &Path::Root, level: 0 };
    let json = root.deserialize(&mut deserializer).map_err(|fault| explain(reading, &fault))?;
    deserializer.end().map_err(|fault| {
        let message = format!("body goes on after its end, {}", position(&fault));
        Error::new(ErrorKind::NotJson, "", message)
    })?;
    Ok(json)
}

/// The body as text, if it is UTF-8, without a byte order mark, and not empty.
fn text_of(body: &[u8]) -> Result<&str, Error> {
    let refuse = |message: String| Error::new(ErrorKind::NotJson, "", message);
    let text = str::from_utf8(body).map_err(|fault| {
        refuse(format!("body is not UTF-8 after {} bytes", fault.valid_up_to()))
    })?;
    if text.starts_with('\u{feff}') {
        return Err(refuse("body starts with a byte order mark; leave it out".to_owned()));
    }
    if text.trim().is_empty() {
        return Err(refuse("body is empty; send a JSON object".to_owned()));
    }
    Ok(text)
}

/// Our own refusal if there was one, else what can be said about bad syntax in one line.
fn explain(mut reading: Reading<'_>, fault: &serde_json::Error) -> Error {
    if let Some(refusal) = reading.refusal.take() {
        return refusal;
    }
    let position = position(fault);
    let message = match fault.classify() {
        Category::Eof => format!("body ends too early, {position}"),
        Category::Io | Category::Syntax | Category::Data => {
            match reading.next_number().filter(|token| is_out_of_range(token)) {
                Some(token) => format!("number {} is out of range, {position}", shown(token)),
                None if reading.deepest < DEEPEST_LEVEL => {
                    format!("body is not valid JSON, {position}")
                }
                None => format!(
                    "body is not valid JSON or nested deeper than {DEEPEST_LEVEL} levels, {position}"
                ),
            }
        }
    };
    Error::new(ErrorKind::NotJson, "", message)
}

fn position(fault: &serde_json::Error) -> String {
    format!("at line {}, column {}", fault.line(), fault.column())
}
