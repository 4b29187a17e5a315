//! What a tenant sees of a reply: an allow-list, so that a new field of the upstream stays inside
//! until somebody has looked at it.

use super::TaskReport;
use crate::json::{Json, Object};
use crate::model::Model;
use crate::ratio::Ratio;
use crate::resolution::Resolution;
use crate::service_tier::ServiceTier;
use crate::task_status::TaskStatus;

/// How a field may pass.
enum Pass {
    /// A string: as it is if it is a name of the vocabulary, else redacted.
    Name(fn(&str) -> bool),
    /// A string as it is.
    Verbatim,
    /// An integer.
    Integer,
    /// `true` or `false`.
    Flag,
    /// What another function makes of it.
    Part(fn(&Object, Redact<'_>) -> Option<Json>),
}

type Redact<'r> = &'r dyn Fn(&str) -> String;

/// The fields in their order, after `id` and `model`.
const FIELDS: [(&str, Pass); 19] = [
    ("status", Pass::Name(|name| TaskStatus::parse(name).is_some())),
    ("error", Pass::Part(error)),
    ("content", Pass::Part(content)),
    ("usage", Pass::Part(usage)),
    ("created_at", Pass::Integer),
    ("updated_at", Pass::Integer),
    ("seed", Pass::Integer),
    ("resolution", Pass::Name(|name| Resolution::parse(name).is_ok())),
    ("ratio", Pass::Name(|name| Ratio::parse(name).is_ok())),
    ("duration", Pass::Integer),
    ("frames", Pass::Integer),
    ("framespersecond", Pass::Integer),
    ("service_tier", Pass::Name(|name| ServiceTier::parse(name).is_some())),
    ("execution_expires_after", Pass::Integer),
    ("generate_audio", Pass::Flag),
    ("draft", Pass::Flag),
    ("safety_identifier", Pass::Verbatim),
    ("priority", Pass::Integer),
    ("tools", Pass::Part(tools)),
];

const CONTENT_FIELDS: [(&str, Pass); 2] =
    [("video_url", Pass::Verbatim), ("last_frame_url", Pass::Verbatim)];

const USAGE_FIELDS: [(&str, Pass); 3] = [
    ("completion_tokens", Pass::Integer),
    ("total_tokens", Pass::Integer),
    ("tool_usage", Pass::Part(tool_usage)),
];

const TOOL_USAGE_FIELDS: [(&str, Pass); 1] = [("web_search", Pass::Integer)];

/// The one tool of the family.
const WEB_SEARCH: &str = "web_search";

const TOOL_FIELDS: [(&str, Pass); 1] = [("type", Pass::Name(|name| name == WEB_SEARCH))];

/// The code of an error whose own code has no form that a client could rely on.
const FALLBACK_CODE: &str = "InternalServiceError";

/// Longest error code that passes, in characters.
const LONGEST_CODE: usize = 100;

pub(super) fn of(report: &TaskReport, model: Model, redact: Redact<'_>) -> Vec<u8> {
    let mut public = Object::new();
    public.insert("id", report.id.as_str());
    public.insert("model", model.name());
    pass(&report.body, &FIELDS, redact, &mut public);
    Json::from(public).to_bytes()
}

/// Adds to `public` what `fields` let through of `body`.
fn pass(body: &Object, fields: &[(&str, Pass)], redact: Redact<'_>, public: &mut Object) {
    for (key, rule) in fields {
        let value = match rule {
            Pass::Name(is_known) => text(body, key).map(|text| named(text, *is_known, redact)),
            Pass::Verbatim => text(body, key).map(Json::from),
            Pass::Integer => integer(body, key),
            Pass::Flag => body.get(key).and_then(Json::as_bool).map(Json::from),
            Pass::Part(part) => part(body, redact),
        };
        if let Some(value) = value {
            public.insert(key, value);
        }
    }
}

fn named(text: &str, is_known: fn(&str) -> bool, redact: Redact<'_>) -> Json {
    if is_known(text) { Json::from(text) } else { Json::from(redact(text)) }
}

/// What `fields` let through of `value`; `None` if it is no object, or nothing passes.
fn part(value: Option<&Json>, fields: &[(&str, Pass)], redact: Redact<'_>) -> Option<Json> {
    let mut public = Object::new();
    pass(value?.as_object()?, fields, redact, &mut public);
    (public != Object::new()).then(|| Json::from(public))
}

fn content(body: &Object, redact: Redact<'_>) -> Option<Json> {
    part(body.get("content"), &CONTENT_FIELDS, redact)
}

fn usage(body: &Object, redact: Redact<'_>) -> Option<Json> {
    part(body.get("usage"), &USAGE_FIELDS, redact)
}

fn tool_usage(usage: &Object, redact: Redact<'_>) -> Option<Json> {
    part(usage.get("tool_usage"), &TOOL_USAGE_FIELDS, redact)
}

fn tools(body: &Object, redact: Redact<'_>) -> Option<Json> {
    let tools = body.get("tools")?.as_array()?.iter();
    let tools: Vec<Json> =
        tools.filter_map(|tool| part(Some(tool), &TOOL_FIELDS, redact)).collect();
    (!tools.is_empty()).then(|| Json::from(tools))
}

/// Code and message. An item of a LIST may call the error `failure_reason`, and may make it one
/// string.
fn error(body: &Object, redact: Redact<'_>) -> Option<Json> {
    let found = ["error", "failure_reason"]
        .into_iter()
        .filter_map(|key| body.get(key))
        .find(|value| value.as_object().is_some() || value.as_str().is_some())?;
    let (code, message) = match found.as_object() {
        Some(members) => (text(members, "code"), text(members, "message")),
        None => (None, found.as_str()),
    };
    if [code, message].into_iter().flatten().all(str::is_empty) {
        return None;
    }
    let code = code.map(redact).filter(|code| is_code(code));
    let mut public = Object::new();
    public.insert("code", code.unwrap_or_else(|| FALLBACK_CODE.to_owned()));
    public.insert("message", message.map(redact).unwrap_or_default());
    Some(Json::from(public))
}

fn is_code(code: &str) -> bool {
    let of_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    (1..=LONGEST_CODE).contains(&code.len()) && code.chars().all(of_code)
}

fn text<'b>(body: &'b Object, key: &str) -> Option<&'b str> {
    body.get(key).and_then(Json::as_str)
}

/// An integer that fits 64 bits; the rest is none of the documented type.
fn integer(body: &Object, key: &str) -> Option<Json> {
    let value = body.get(key)?;
    let number = value.as_number()?;
    (number.as_i64().is_some() || number.as_u64().is_some()).then(|| value.clone())
}
