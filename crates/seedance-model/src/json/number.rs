//! A number that keeps the text it was written with.

use std::fmt;

/// A JSON number, exactly as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(Written);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Written {
    Signed(i64),
    Unsigned(u64),
    /// Whatever is no integer of 64 bits: `4.0`, `1e2`, `-0`.
    Verbatim(Box<str>),
}

impl Number {
    pub(crate) fn verbatim(text: &str) -> Self {
        Self(Written::Verbatim(text.into()))
    }

    /// Appends the text to `out`.
    pub(super) fn write_to(&self, out: &mut Vec<u8>) {
        match &self.0 {
            Written::Verbatim(text) => out.extend_from_slice(text.as_bytes()),
            Written::Signed(value) => out.extend_from_slice(value.to_string().as_bytes()),
            Written::Unsigned(value) => out.extend_from_slice(value.to_string().as_bytes()),
        }
    }

    /// The value, if it was written as an integer that fits.
    ///
    /// `-0` is none: many readers make a floating-point number of it.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Written::Signed(value) => Some(*value),
            Written::Unsigned(value) => i64::try_from(*value).ok(),
            Written::Verbatim(_) => None,
        }
    }

    /// The value, if it was written as an integer that fits.
    pub fn as_u64(&self) -> Option<u64> {
        match &self.0 {
            Written::Signed(value) => u64::try_from(*value).ok(),
            Written::Unsigned(value) => Some(*value),
            Written::Verbatim(_) => None,
        }
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        u64::try_from(value).map_or(Self(Written::Signed(value)), Self::from)
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self(Written::Unsigned(value))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Written::Signed(value) => write!(f, "{value}"),
            Written::Unsigned(value) => write!(f, "{value}"),
            Written::Verbatim(text) => f.write_str(text),
        }
    }
}
