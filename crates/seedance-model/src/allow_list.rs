//! What a tenant sees of a reply: an allow-list, so that a new field of the upstream stays inside
//! until somebody has looked at it.
//!
//! Which fields there are is said beside each kind of reply.

use crate::json::{Json, Object};

/// How a field may pass.
pub(crate) enum Pass {
    /// A string: as it is if it is a name of the vocabulary, else redacted.
    Name(fn(&str) -> bool),
    /// A string as it is.
    Verbatim,
    /// An integer.
    Integer,
    /// `true` or `false`.
    Flag,
    /// What another function makes of the object.
    Part(fn(&Object, Redact<'_>) -> Option<Json>),
}

/// Takes out of a text what tenants may not read.
pub(crate) type Redact<'r> = &'r dyn Fn(&str) -> String;

/// Adds to `public` what `fields` let through of `body`.
pub(crate) fn pass(
    body: &Object,
    fields: &[(&str, Pass)],
    redact: Redact<'_>,
    public: &mut Object,
) {
    for (key, rule) in fields {
        let value = match rule {
            Pass::Name(is_known) => text(body, key).map(|text| named(text, *is_known, redact)),
            Pass::Verbatim => text(body, key).map(Json::from),
            Pass::Integer => integer(body, key),
            Pass::Flag => body.get(key).and_then(Json::as_bool).map(Json::from),
            Pass::Part(part) => part(body, redact),
        };
        public.insert_some(key, value);
    }
}

/// What `fields` let through of `value`; `None` if it is no object, or nothing passes.
pub(crate) fn part(
    value: Option<&Json>,
    fields: &[(&str, Pass)],
    redact: Redact<'_>,
) -> Option<Json> {
    let mut public = Object::new();
    pass(value?.as_object()?, fields, redact, &mut public);
    (public != Object::new()).then(|| Json::from(public))
}

/// The string at `key`.
pub(crate) fn text<'b>(body: &'b Object, key: &str) -> Option<&'b str> {
    body.get(key).and_then(Json::as_str)
}

fn named(text: &str, is_known: fn(&str) -> bool, redact: Redact<'_>) -> Json {
    if is_known(text) { Json::from(text) } else { Json::from(redact(text)) }
}

/// An integer that fits 64 bits; the rest is none of the documented type.
fn integer(body: &Object, key: &str) -> Option<Json> {
    let value = body.get(key)?;
    let number = value.as_number()?;
    (number.as_i64().is_some() || number.as_u64().is_some()).then(|| value.clone())
}
