//! A text that must not be shown.
//!
//! It keeps keys out of logs and panics; it does not wipe memory.

use std::fmt;

/// A key or password: `Debug` and `Display` print `…`, and there is no way to serialise it.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes the text as it is, blanks included.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, for the one place that sends or signs with it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}
