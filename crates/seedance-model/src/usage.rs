//! What a finished task used.

use crate::json::{Json, Number, Object};

/// The tokens to charge (`usage.completion_tokens`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Usage {
    /// A whole number of tokens, at least 1.
    Tokens(u64),
    /// No `usage`, or no `completion_tokens` in it; `null` counts as none.
    Absent,
    /// Something that is no number of tokens, as it was written, shortened: for people to look
    /// at, never to be charged and never to be dropped.
    Nonsense(String),
}

/// Longest part of a nonsense that is kept, in characters.
const KEPT_CHARS: usize = 64;

impl Usage {
    /// What the body of a reply says.
    pub(crate) fn of(body: &Object) -> Self {
        let Some(usage) = present(body, "usage") else {
            return Self::Absent;
        };
        let Some(members) = usage.as_object() else {
            return Self::nonsense(usage);
        };
        let Some(tokens) = present(members, "completion_tokens") else {
            return Self::Absent;
        };
        match tokens.as_number().and_then(Number::as_u64) {
            None | Some(0) => Self::nonsense(tokens),
            Some(count) => Self::Tokens(count),
        }
    }

    fn nonsense(found: &Json) -> Self {
        Self::Nonsense(found.to_string().chars().take(KEPT_CHARS).collect())
    }
}

fn present<'b>(members: &'b Object, key: &str) -> Option<&'b Json> {
    members.get(key).filter(|value| **value != Json::Null)
}
