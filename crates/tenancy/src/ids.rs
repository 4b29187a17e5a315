//! The numbers that rows are known by.
//!
//! They are given out by the store and mean nothing outside it. A [`TenantId`] cannot be made
//! from a number: holding one proves that the tenant exists.

use std::fmt;

/// The number of a tenant. Comes from a [`Tenant`](crate::Tenant) only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantId(pub(crate) i64);

/// The number of a token, which an operator names to revoke it. It is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenId(pub(crate) i64);

/// The number of an intent. Later intents have larger numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IntentId(pub(crate) i64);

/// The number of an intent of the library. Later ones have larger numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LibraryIntentId(pub(crate) i64);

impl TokenId {
    /// The id that an operator typed: a positive whole number in decimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        positive(text).map(Self)
    }
}

impl IntentId {
    /// The id that an operator typed: a positive whole number in decimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        positive(text).map(Self)
    }
}

impl LibraryIntentId {
    /// The id that an operator typed: a positive whole number in decimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        positive(text).map(Self)
    }
}

fn positive(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { text.parse().ok() } else { None };
    number.filter(|number| *number > 0)
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for IntentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for LibraryIntentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
