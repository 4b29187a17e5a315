//! The names of tenants: what is a name and what is not.

use std::fmt;

/// The name of a tenant: 1 to 64 of `a-z`, `0-9`, `-`, `_` and `.`, the first a letter or digit.
///
/// Unique in a store, and never changed: the ledger speaks of tenants by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantName(String);

impl TenantName {
    /// The longest name, in characters.
    pub const MAX_CHARS: usize = 64;

    /// The name that `text` spells, to the letter.
    pub fn parse(text: &str) -> Result<Self, InvalidTenantName> {
        let short = text.len() <= Self::MAX_CHARS;
        let starts = text.bytes().next().is_some_and(is_letter_or_digit);
        let goes_on = |byte| is_letter_or_digit(byte) || matches!(byte, b'-' | b'_' | b'.');
        if short && starts && text.bytes().all(goes_on) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidTenantName(text.to_owned()))
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_letter_or_digit(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

impl fmt::Display for TenantName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no [`TenantName`]. `Display` says what would be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTenantName(String);

/// Longest part of a refused name that the message repeats, in characters.
const SHOWN_CHARS: usize = 80;

impl fmt::Display for InvalidTenantName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.0.chars().take(SHOWN_CHARS).collect();
        write!(
            f,
            "tenant name `{}` is not accepted; use 1 to {} of `a-z`, `0-9`, `-`, `_` and `.`, \
             starting with a letter or digit",
            shown.escape_debug(),
            TenantName::MAX_CHARS,
        )
    }
}

impl std::error::Error for InvalidTenantName {}
