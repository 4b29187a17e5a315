//! Reading one governed field of a request: its JSON type, and nothing else.
//!
//! Absent is `None`. `null` does not occur here, because it was dropped before.

use std::fmt;
use std::ops::RangeInclusive;

use crate::error::{Error, ErrorKind};
use crate::json::{Json, Number, Object};

/// A string.
pub(crate) fn string<'b>(body: &'b Object, key: &str) -> Result<Option<&'b str>, Error> {
    let wrong = |value: &Json| wrong_type(key, "a string", value, "");
    typed(body, key, Json::as_str, wrong)
}

/// `true` or `false`.
pub(crate) fn flag(body: &Object, key: &str) -> Result<Option<bool>, Error> {
    let wrong = |value: &Json| wrong_type(key, "`true` or `false`", value, "");
    typed(body, key, Json::as_bool, wrong)
}

/// A number that was written as an integer; `accepted` tells which ones are.
///
/// `4.0` and `"4"` are refused rather than guessed at: the upstream may read them otherwise.
pub(crate) fn integer(body: &Object, key: &str, accepted: &str) -> Result<Option<i64>, Error> {
    let wrong = |value: &Json| match value.as_number().and_then(Number::as_u64) {
        Some(too_large) => Error::out_of_range(key, &too_large.to_string(), accepted),
        None => wrong_type(key, "an integer", value, &format!("; use {accepted}")),
    };
    let as_integer = |value: &Json| value.as_number().and_then(Number::as_i64);
    typed(body, key, as_integer, wrong)
}

/// An integer within a range.
pub(crate) fn integer_within<T: TryFrom<i64> + PartialOrd + fmt::Display>(
    body: &Object,
    key: &str,
    range: &RangeInclusive<T>,
) -> Result<Option<T>, Error> {
    let accepted = format!("{} to {}", range.start(), range.end());
    let Some(number) = integer(body, key, &accepted)? else {
        return Ok(None);
    };
    T::try_from(number)
        .ok()
        .filter(|value| range.contains(value))
        .map(Some)
        .ok_or_else(|| Error::out_of_range(key, &number.to_string(), &accepted))
}

fn typed<'b, T>(
    body: &'b Object,
    key: &str,
    read: impl Fn(&'b Json) -> Option<T>,
    wrong: impl Fn(&'b Json) -> Error,
) -> Result<Option<T>, Error> {
    body.get(key).map(|value| read(value).ok_or_else(|| wrong(value))).transpose()
}

/// The refusal of a value with another JSON type than `expected`.
pub(crate) fn wrong_type(field: &str, expected: &str, found: &Json, hint: &str) -> Error {
    let message = format!("{field} must be {expected}, not {}{hint}", found.described());
    Error::new(ErrorKind::Malformed, field, message)
}
