//! `Moderation`: never skipped, and never sent upstream.
//!
//! Source: section 11 of the public contract. A tenant may write it anywhere and in any letter
//! case; what the upstream would make of that is not tried out.

use crate::error::{Error, ErrorKind};
use crate::json::{Json, Path};
use crate::lookalike::is_same_but_for_case;

const MODERATION: &str = "Moderation";
const STRATEGY: &str = "Strategy";
const SKIP: &str = "Skip";

/// Whether `key` is `Moderation`, in any letter case.
pub(super) fn is_named(key: &str) -> bool {
    is_same_but_for_case(key, MODERATION)
}

/// Refuses a body that asks for moderation to be skipped.
///
/// Of several places, the one whose path sorts first is reported.
pub(super) fn refuse_skip(body: &Json) -> Result<(), Error> {
    let mut places = Vec::new();
    find_skips(body, &Path::Root, false, &mut places);
    let Some(path) = places.into_iter().min() else {
        return Ok(());
    };
    let message = format!("{path} must not be `{SKIP}`; leave it out");
    Err(Error::new(ErrorKind::ModerationSkip, path, message))
}

/// Adds the path of each `Skip` that is, or is anywhere in, the value of a key that governs
/// moderation.
fn find_skips(value: &Json, path: &Path<'_>, is_governed: bool, places: &mut Vec<String>) {
    match value {
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
        Json::String(text) => {
            if is_governed && is_skip(text) {
                places.push(path.to_string());
            }
        }
        Json::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                find_skips(element, &Path::Index(path, index), is_governed, places);
            }
        }
        Json::Object(members) => {
            for (key, value) in members.iter() {
                let is_governed = is_governed || governs(key);
                find_skips(value, &Path::Key(path, key), is_governed, places);
            }
        }
    }
}

/// Whether `key` is `Moderation`, `Strategy`, or a path such as `Moderation.Strategy`.
fn governs(key: &str) -> bool {
    key.split('.').any(|part| is_named(part) || is_same_but_for_case(part, STRATEGY))
}

fn is_skip(text: &str) -> bool {
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    is_same_but_for_case(trimmed, SKIP)
}
