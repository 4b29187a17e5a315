//! The document of the tenants' surface: tasks in `tenant/tasks.rs`, the asset library in
//! `tenant/assets.rs`.

mod assets;
mod tasks;

use serde_json::{Map, Value, json};

use super::parts::{OPENAPI, Refusals, refusal_example, refusal_schema, with_shared_refusals};
use crate::error::{ERRORS, Kind};

/// What every route refuses.
const ALWAYS: &[Kind] = &[
    Kind::InvalidRequest,
    Kind::Unauthorized,
    Kind::TenantSuspended,
    Kind::TargetTooLong,
    Kind::RateLimited,
    Kind::HeadTooLarge,
    Kind::Internal,
    Kind::ServiceUnavailable,
];

/// What routes with a body refuse besides.
const WITH_BODY: &[Kind] = &[Kind::TooLarge, Kind::UnsupportedMediaType];

const REFUSALS: Refusals<'_> = Refusals {
    table: ERRORS,
    schema: "Refusal",
    example: refusal_example,
    headers: &["X-Request-Id", "X-Client-Request-Id", "Retry-After", "x-should-retry"],
};

/// Headers of an answer that is no refusal.
const DONE: &[&str] = &["X-Request-Id", "X-Client-Request-Id"];

pub(super) fn document() -> Value {
    let mut paths = Map::new();
    paths.extend(tasks::paths());
    paths.extend(assets::paths());
    let mut schemas = Map::new();
    // Native codes of the model service are passed on, so the list is open.
    let codes = ERRORS.iter().map(|row| row.code).filter(|code| !code.starts_with('('));
    let code = json!({"type": "string", "examples": codes.collect::<Vec<_>>()});
    schemas.insert("Refusal".to_owned(), refusal_schema(ERRORS, &code));
    schemas.extend(tasks::schemas());
    schemas.extend(assets::schemas());
    with_shared_refusals(json!({
        "openapi": OPENAPI,
        "info": {
            "title": "PhanEdge, the tenants' surface",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The native task API of Volcengine Ark below another base URL, and six \
                actions of its Asset API. How they behave is in docs/API.md, and what each code \
                asks for in docs/ERRORS.md.",
        },
        "servers": [{"url": "http://127.0.0.1:8080"}],
        "security": [{"tenant": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "headers": shared_headers(),
            "parameters": {"X-Client-Request-Id": client_request_id()},
            "securitySchemes": {"tenant": {
                "type": "http",
                "scheme": "bearer",
                "description": "A tenant's token, `oh-…`.",
            }},
        },
    }))
}

fn shared_headers() -> Value {
    let header = |text: &str, schema: Value| json!({"description": text, "schema": schema});
    let text = || json!({"type": "string"});
    json!({
        "X-Request-Id": header("The gateway's own id of the request.", text()),
        "X-Client-Request-Id": header("The request's own, if it was sent.", text()),
        "Retry-After": header(
            "On every 429 and some 503: how many seconds to wait.",
            json!({"type": "integer"}),
        ),
        "x-should-retry": header(
            "`false`: trying again buys a second video or fails again.",
            json!({"type": "string", "const": "false"}),
        ),
    })
}

fn client_request_id() -> Value {
    json!({
        "name": "X-Client-Request-Id",
        "in": "header",
        "required": false,
        "description": "Up to 128 visible ASCII characters are echoed, anything else is ignored.",
        "schema": {"type": "string"},
        "example": "mine-1",
    })
}

/// The parameter that every route has.
fn client_id_parameter() -> Value {
    json!({"$ref": "#/components/parameters/X-Client-Request-Id"})
}
