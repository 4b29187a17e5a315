//! Counts of tokens that can be charged.
//!
//! The upstream reports usage as a JSON number. What is no sensible count is refused here, so
//! that it is put aside by a person instead of being charged or dropped.

use std::fmt;

/// A number of tokens, from 1 to 2^53 - 1 (`usage.completion_tokens`).
///
/// The upper bound is the largest integer that every JSON reader understands alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenCount(u64);

impl TokenCount {
    /// One token.
    pub const MIN: Self = Self(1);
    /// 2^53 - 1 tokens.
    pub const MAX: Self = Self((1 << 53) - 1);

    /// The count, if it is in the range.
    pub fn new(tokens: u64) -> Result<Self, InvalidTokens> {
        let count = Self(tokens);
        if count < Self::MIN || count > Self::MAX {
            return Err(InvalidTokens { tokens });
        }
        Ok(count)
    }

    /// The allowed count that is closest to `tokens`; for estimates, never for charges.
    pub(crate) fn closest_to(tokens: u64) -> Self {
        Self(tokens).clamp(Self::MIN, Self::MAX)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for TokenCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The refusal of a token count that is zero or too large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTokens {
    tokens: u64,
}

impl fmt::Display for InvalidTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (min, max) = (TokenCount::MIN, TokenCount::MAX);
        write!(f, "token count `{}` is out of range; use {min} to {max}", self.tokens)
    }
}

impl std::error::Error for InvalidTokens {}
