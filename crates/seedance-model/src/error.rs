//! The one error of this crate: what was wrong with which field, and what would be accepted.
//!
//! It knows nothing of HTTP: a caller chooses status and code from [`Error::kind`] and
//! [`Error::field`].

use std::fmt;

/// What was wrong with a field.
///
/// Open on purpose: a new rule may bring a new kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The whole body is not one JSON object, or says a key twice.
    NotJson,
    /// A required field is absent, `null` or blank.
    Missing,
    /// The value has the wrong JSON type or the wrong form.
    Malformed,
    /// The value is none of the names that are known.
    Unknown,
    /// The value is known, and not available for this model or in this combination.
    Unsupported,
    /// A number or a length outside its range.
    OutOfRange,
    /// A request of the asset library asks for moderation to be skipped, wherever it says so.
    ModerationSkip,
}

/// A refusal: the field, the value that was found and what would be accepted.
///
/// `Display` is one lower-case fragment that can be shown to the caller:
/// ``resolution `4k` is not supported by `doubao-seedance-2-0-mini`; use `480p` or `720p` ``.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    field: String,
    message: String,
}

impl Error {
    /// A refusal of `field`, told by `message`, which names the field itself.
    pub(crate) fn new(
        kind: ErrorKind,
        field: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self { kind, field: field.into(), message: message.into() }
    }

    /// A refusal of a name that is none of `accepted`.
    pub(crate) fn unknown<'a>(
        field: &str,
        name: &str,
        accepted: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let accepted = one_of(accepted);
        let message = format!("{field} {} is not known; use {accepted}", shown(name));
        Self::new(ErrorKind::Unknown, field, message)
    }

    /// A refusal of a number, written as `value`, outside of what `accepted` says.
    pub(crate) fn out_of_range(field: &str, value: &str, accepted: &str) -> Self {
        let message = format!("{field} {} is out of range; use {accepted}", shown(value));
        Self::new(ErrorKind::OutOfRange, field, message)
    }

    /// What was wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The JSON path of the field, such as `content[1].image_url.url`; empty for the whole body.
    pub fn field(&self) -> &str {
        &self.field
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Longest part of a caller's value that a message repeats, in characters.
const SHOWN_CHARS: usize = 64;

/// The value as a message shows it: in back-ticks, on one line, shortened.
pub(crate) fn shown(value: &str) -> String {
    let cut: String = value.chars().take(SHOWN_CHARS).flat_map(char::escape_debug).collect();
    let dots = if value.chars().nth(SHOWN_CHARS).is_some() { "…" } else { "" };
    format!("`{cut}{dots}`")
}

/// A list of names as a message shows it: ``` `a`, `b` or `c` ```.
pub(crate) fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    let Some(last) = quoted.pop() else {
        return String::new();
    };
    if quoted.is_empty() { last } else { format!("{} or {last}", quoted.join(", ")) }
}
