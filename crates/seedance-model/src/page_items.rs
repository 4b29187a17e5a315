//! The items of one page of a list of the upstream.

use crate::error::{Error, ErrorKind};
use crate::json::{Json, Object};

/// Takes the array at `key`: what `read` makes of its elements, and how many it cannot read.
///
/// An item that cannot be read does not hide the others. No array, or `null`, is an empty one.
pub(crate) fn take<T>(
    page: &mut Object,
    key: &str,
    read: impl Fn(Json) -> Result<T, Error>,
) -> Result<(Vec<T>, usize), Error> {
    let elements = match page.take(key) {
        None | Some(Json::Null) => Vec::new(),
        Some(Json::Array(elements)) => elements,
        Some(other) => {
            let message = format!("{key} must be an array, not {}", other.described());
            return Err(Error::new(ErrorKind::Malformed, key, message));
        }
    };
    let count = elements.len();
    let items: Vec<T> = elements.into_iter().map(read).filter_map(Result::ok).collect();
    let unreadable = count - items.len();
    Ok((items, unreadable))
}
