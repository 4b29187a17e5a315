//! The error inside a reply, as a tenant sees it.

use crate::allow_list::{Redact, text};
use crate::json::{Json, Object};

/// Longest error code that passes, in characters.
const LONGEST_CODE: usize = 100;

/// How the members of an error are called on a surface.
pub(crate) struct ErrorKeys {
    pub(crate) code: &'static str,
    pub(crate) message: &'static str,
    /// The code of an error whose own code has no form that a client could rely on.
    pub(crate) fallback_code: &'static str,
}

/// Code and message, redacted; `None` if `found` has neither, and is no text itself.
pub(crate) fn of(found: &Json, keys: &ErrorKeys, redact: Redact<'_>) -> Option<Json> {
    let (code, message) = match found.as_object() {
        Some(members) => (text(members, keys.code), text(members, keys.message)),
        None => (None, found.as_str()),
    };
    if [code, message].into_iter().flatten().all(str::is_empty) {
        return None;
    }
    let code = code.map(redact).filter(|code| is_code(code));
    let code = code.unwrap_or_else(|| keys.fallback_code.to_owned());
    let mut public = Object::new();
    public.insert(keys.code, code);
    public.insert(keys.message, message.map(redact).unwrap_or_default());
    Some(Json::from(public))
}

fn is_code(code: &str) -> bool {
    let of_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    (1..=LONGEST_CODE).contains(&code.len()) && code.chars().all(of_code)
}
