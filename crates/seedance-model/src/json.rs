//! A JSON value that can be checked and sent on without changing what it says.
//!
//! Unlike `serde_json::Value` it keeps the order of members and the text of every number, and
//! refuses what two readers could understand differently, such as a key that is said twice.

mod number;
mod number_tokens;
mod object;
mod parse;
mod path;
mod visit;
mod write;

use std::fmt;

pub use number::Number;
pub use object::Object;
pub(crate) use parse::{Strictness, parse};
pub(crate) use path::Path;
pub(crate) use write::{MemberOrder, write_json, write_members};

use crate::error::{Error, ErrorKind, shown};

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it was written.
    Number(Number),
    /// A string, unescaped.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object, its members in order.
    Object(Object),
}

impl Json {
    /// The value in `body`, which must be the whole of it.
    ///
    /// Refused, always with [`ErrorKind::NotJson`]: bad syntax,
    /// invalid UTF-8, a byte order mark, trailing bytes, more than 127 levels, a key that an
    /// object has twice, an integer outside of `i64` and `u64`, a number too large for a double,
    /// and U+0000 in a string. [`Error::field`] is the path of what was refused, where there is
    /// one.
    pub fn parse(body: &[u8]) -> Result<Self, Error> {
        parse(body, Strictness::Request)
    }

    /// The value as compact JSON: members in order, numbers as they were written.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        write_json(&mut out, self, MemberOrder::AsWritten);
        out
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The truth, if this is `true` or `false`.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(truth) = self { Some(*truth) } else { None }
    }

    /// The number, if this is one.
    pub fn as_number(&self) -> Option<&Number> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }

    /// The elements, if this is an array.
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(elements) = self { Some(elements) } else { None }
    }

    /// The members, if this is an object.
    pub fn as_object(&self) -> Option<&Object> {
        if let Self::Object(members) = self { Some(members) } else { None }
    }

    /// The elements, to be changed.
    pub(crate) fn as_array_mut(&mut self) -> Option<&mut Vec<Self>> {
        if let Self::Array(elements) = self { Some(elements) } else { None }
    }

    /// The members, to be changed.
    pub(crate) fn as_object_mut(&mut self) -> Option<&mut Object> {
        if let Self::Object(members) = self { Some(members) } else { None }
    }

    /// The members, if this is an object, as a whole body has to be.
    pub(crate) fn into_object(self) -> Result<Object, Error> {
        match self {
            Self::Object(members) => Ok(members),
            other @ (Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::String(_)
            | Self::Array(_)) => {
                let message = format!("body must be a JSON object, not {}", other.described());
                Err(Error::new(ErrorKind::NotJson, "", message))
            }
        }
    }

    /// Removes every object member that is `null`, at every depth.
    fn drop_nulls(&mut self) {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => {}
            Self::Array(elements) => elements.iter_mut().for_each(Self::drop_nulls),
            Self::Object(members) => members.drop_nulls(),
        }
    }

    /// The value as a message names it: ``the string `4` ``, `4.0`, `an array`.
    pub(crate) fn described(&self) -> String {
        match self {
            Self::Null => "`null`".to_owned(),
            Self::Bool(truth) => format!("`{truth}`"),
            Self::Number(number) => shown(&number.to_string()),
            Self::String(text) => format!("the string {}", shown(text)),
            Self::Array(_) => "an array".to_owned(),
            Self::Object(_) => "an object".to_owned(),
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.to_bytes()))
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Json {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Self {
        Self::Number(Number::from(value))
    }
}

impl From<u64> for Json {
    fn from(value: u64) -> Self {
        Self::Number(Number::from(value))
    }
}

impl From<Vec<Json>> for Json {
    fn from(elements: Vec<Json>) -> Self {
        Self::Array(elements)
    }
}

impl From<Object> for Json {
    fn from(members: Object) -> Self {
        Self::Object(members)
    }
}
