//! The upstream's name for a task.

use std::fmt;

/// A task id, such as `cgt-20260611204121-462cw`.
///
/// Opaque: 1 to 128 characters of `[A-Za-z0-9_-]`, so that it can stand in a URL path as it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(String);

impl TaskId {
    /// The id in `text`, or `None` if no task can be called that.
    pub fn parse(text: &str) -> Option<Self> {
        is_identifier(text).then(|| Self(text.to_owned()))
    }

    /// The id as it stands in requests and replies.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Longest id of a task or an asset, in characters: four times what the upstream uses today.
const LONGEST_ID: usize = 128;

/// Whether `text` can be the id of a task or an asset: 1 to 128 of `[A-Za-z0-9_-]`.
pub(crate) fn is_identifier(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(plain)
}
