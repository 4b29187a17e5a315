//! Keys that another reader could take for one that is checked here.
//!
//! Many JSON readers ignore the letter case of keys. To such a reader `MODEL` beside `model` is a
//! second model, which nobody has checked. Go's reader folds by Unicode's simple case folding,
//! others compare texts in lower or upper case; what is the same to any of them is the same here.

use crate::error::{Error, ErrorKind};
use crate::json::Object;

/// Refuses the first key, by name, that looks like one of `names` and is not spelled like it.
///
/// `path` tells where a key of this object stands.
pub(crate) fn refuse(
    members: &Object,
    names: &[&str],
    path: impl Fn(&str) -> String,
) -> Result<(), Error> {
    let lookalikes = members.iter().filter_map(|(key, _)| Some((key, meant(key, names)?)));
    let Some((key, name)) = lookalikes.min() else {
        return Ok(());
    };
    let path = path(key);
    let message = format!("key `{path}` is not known; use `{name}`");
    Err(Error::new(ErrorKind::Unknown, path, message))
}

/// The one of `names` that `key` looks like, unless it is one of them.
fn meant<'n>(key: &str, names: &[&'n str]) -> Option<&'n str> {
    if names.contains(&key) {
        return None;
    }
    let mut names = names.iter().copied();
    names.find(|name| is_same_but_for_case(key, name))
}

/// Whether some reader that ignores letter case takes the two for the same.
pub(crate) fn is_same_but_for_case(text: &str, name: &str) -> bool {
    text.eq_ignore_ascii_case(name) || !text.is_ascii() && folded(text).eq(folded(name))
}

/// Upper case and back, which brings together all that either of them does: `ſ` and `s`, `K`
/// (the Kelvin sign) and `k`, `ı` and `i`.
fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars()
        .flat_map(char::to_uppercase)
        // Readers that fold one character to one other make a plain `i` of it.
        .map(|c| if c == 'İ' { 'i' } else { c })
        .flat_map(char::to_lowercase)
}
