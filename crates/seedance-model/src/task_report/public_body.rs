//! What a tenant sees of a task: the allow-list of its fields.

use super::TaskReport;
use crate::allow_list::{Pass, Redact, part, pass};
use crate::json::{Json, Object};
use crate::model::Model;
use crate::public_error::{self, ErrorKeys};
use crate::ratio::Ratio;
use crate::resolution::Resolution;
use crate::service_tier::ServiceTier;
use crate::task_status::TaskStatus;

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

const ERROR_KEYS: ErrorKeys =
    ErrorKeys { code: "code", message: "message", fallback_code: "InternalServiceError" };

pub(super) fn of(report: &TaskReport, model: Model, redact: Redact<'_>) -> Vec<u8> {
    let mut public = Object::new();
    public.insert("id", report.id.as_str());
    public.insert("model", model.name());
    pass(&report.body, &FIELDS, redact, &mut public);
    Json::from(public).to_bytes()
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
    public_error::of(found, &ERROR_KEYS, redact)
}
