//! The document of the operators' listener, made of the operations that its router is made of.

use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use super::parts::{
    OPENAPI, Refusals, content, headers, refusal_example, refusal_schema, with_shared_refusals,
};
use crate::error::{Kind, OPERATOR_ERRORS};
use crate::operators::{self, ACTOR, Content, Operation, PARAMETERS};

/// What every operation behind the gate refuses.
const ALWAYS: &[Kind] = &[
    Kind::InvalidRequest,
    Kind::Unauthorized,
    Kind::HostRefused,
    Kind::OriginRefused,
    Kind::TargetTooLong,
    Kind::HeadTooLarge,
    Kind::Internal,
    Kind::ServiceUnavailable,
    Kind::DeadlineExceeded,
];

/// What changes refuse besides.
const CHANGING: &[Kind] = &[Kind::CredentialRequired, Kind::TooLarge, Kind::UnsupportedMediaType];

const REFUSALS: Refusals<'_> = Refusals {
    table: OPERATOR_ERRORS,
    schema: "Refusal",
    example: refusal_example,
    headers: &["X-Request-Id", "Retry-After"],
};

pub(super) fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths = health();
    for operation in operators::operations() {
        let described = described(&operation, &mut generator);
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        if let Some(methods) = path.as_object_mut() {
            methods.insert(operation.method.to_ascii_lowercase(), described);
        }
    }
    let mut schemas = generator.take_definitions(true);
    let codes: Vec<&str> = OPERATOR_ERRORS.iter().map(|row| row.code).collect();
    let code = json!({"type": "string", "enum": codes});
    schemas.insert("Refusal".to_owned(), refusal_schema(OPERATOR_ERRORS, &code));
    schemas.values_mut().for_each(without_null_defaults);
    with_shared_refusals(json!({
        "openapi": OPENAPI,
        "info": {
            "title": "PhanEdge, the operators' listener",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Health, metrics, and the API by which operators look after tenants. \
                Every answer has `Cache-Control: no-store`. What each code asks for is in \
                docs/ERRORS.md.",
        },
        "servers": [{"url": "http://127.0.0.1:9090"}],
        "security": [{"operator": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "headers": shared_headers(),
            "securitySchemes": {"operator": {
                "type": "http",
                "scheme": "bearer",
                "description": "`server.admin_token`. Where none is configured, the listener is on \
                    loopback, nothing is to be sent, and nothing can be changed.",
            }},
        },
    }))
}

/// A field that may be left out has no default that a client could send in its place: `null` lifts
/// a limit.
fn without_null_defaults(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.retain(|name, member| name != "default" || !member.is_null());
            members.values_mut().for_each(without_null_defaults);
        }
        Value::Array(items) => items.iter_mut().for_each(without_null_defaults),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn shared_headers() -> Value {
    json!({
        "X-Request-Id": {
            "description": "The gateway's own id of the request; the audit log has it too.",
            "schema": {"type": "string"},
        },
        "Retry-After": {
            "description": "Of some 503: how many seconds to wait.",
            "schema": {"type": "integer"},
        },
    })
}

fn described(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    let changes = operation.takes.is_some();
    let mut answers =
        REFUSALS.answers(&[ALWAYS, operation.refuses, if changes { CHANGING } else { &[] }]);
    let answer = match operation.answers {
        Some(answer) => body(answer, generator),
        None => content(&json!({"type": "object"}), &[]),
    };
    let done =
        json!({"description": "Done.", "headers": headers(&["X-Request-Id"]), "content": answer});
    answers.insert("200".to_owned(), done);
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": parameters(operation, generator),
        "responses": answers,
    });
    if let (Some(taken), Some(members)) = (operation.takes, described.as_object_mut()) {
        let taken = json!({"required": true, "content": body(taken, generator)});
        members.insert("requestBody".to_owned(), taken);
    }
    described
}

fn body(body: Content, generator: &mut SchemaGenerator) -> Value {
    // A test reads every example.
    let example = serde_json::from_str(body.example).unwrap_or_default();
    content((body.schema)(generator).as_value(), &[("example", example)])
}

fn parameters(operation: &Operation, generator: &mut SchemaGenerator) -> Vec<Value> {
    let in_path = PARAMETERS.iter().filter(|known| {
        operation
            .path
            .split('/')
            .any(|part| part.trim_matches(['{', '}']) == known.name && part.starts_with('{'))
    });
    let mut parameters: Vec<Value> = in_path
        .map(|known| {
            json!({"name": known.name, "in": "path", "required": true,
                "description": known.meaning, "schema": {"type": "string"},
                "example": known.example})
        })
        .collect();
    if operation.takes.is_some() {
        parameters.push(json!({"name": ACTOR, "in": "header", "required": true,
            "description": "Who acts, for the audit log: 1 to 64 printable characters.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 64}, "example": "ann"}));
    }
    if let Some(query) = operation.query {
        parameters.extend(in_query(query(generator).as_value(), generator));
    }
    parameters
}

/// A parameter for each field of the schema.
fn in_query(query: &Value, generator: &mut SchemaGenerator) -> Vec<Value> {
    let name = query.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
    // The fields are parameters, so the type itself is not part of the document.
    let found = name.and_then(|name| generator.definitions_mut().remove(name)).unwrap_or_default();
    let required = found.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let fields = found.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let one = |(name, schema): (String, Value)| {
        let is_required = required.iter().any(|known| known == name.as_str());
        let mut schema = given(schema);
        let meaning = schema.remove("description").unwrap_or_default();
        let example = schema.remove("examples").and_then(|all| all.get(0).cloned());
        let mut parameter = Map::from_iter([
            ("name".to_owned(), json!(name)),
            ("in".to_owned(), json!("query")),
            ("required".to_owned(), json!(is_required)),
            ("description".to_owned(), meaning),
            ("schema".to_owned(), Value::Object(schema)),
        ]);
        parameter.extend(example.map(|example| ("example".to_owned(), example)));
        Value::Object(parameter)
    };
    fields.into_iter().map(one).collect()
}

/// A parameter is there or not, and never `null`.
fn given(schema: Value) -> Map<String, Value> {
    let Value::Object(mut schema) = schema else { return Map::new() };
    if let Some(Value::Array(types)) = schema.get("type") {
        let only = types.iter().find(|name| *name != "null").cloned().unwrap_or_default();
        schema.insert("type".to_owned(), only);
    }
    schema
}

/// The routes that are no JSON. Two of them need no credential.
fn health() -> Map<String, Value> {
    let plain = |id: &str, summary: &str, media: &str| {
        json!({"operationId": id, "summary": summary, "tags": ["health"], "responses": {
            "200": {"description": "Yes.", "content": {media: {"schema": {"type": "string"}}}},
        }})
    };
    let open = |mut operation: Value, is_ready: bool| {
        if let Some(members) = operation.as_object_mut() {
            members.insert("security".to_owned(), json!([]));
        }
        if let Some(answers) =
            operation.get_mut("responses").and_then(Value::as_object_mut).filter(|_| is_ready)
        {
            let text = json!({"text/plain": {"schema": {"type": "string"}}});
            let not = json!({"description": "Not now: it stops, or the store cannot keep records.",
                "content": text});
            answers.insert("503".to_owned(), not);
        }
        operation
    };
    let alive = plain("isAlive", "Does the process run?", "text/plain");
    let ready = plain("isReady", "Should it get traffic?", "text/plain");
    let mut metrics = plain("getMetrics", "Metrics for Prometheus.", operators::OPEN_METRICS);
    if let Some(answers) = metrics.get_mut("responses").and_then(Value::as_object_mut) {
        let gate = [Kind::Unauthorized, Kind::HostRefused, Kind::OriginRefused];
        answers.extend(REFUSALS.answers(&[&gate]));
    }
    Map::from_iter([
        ("/livez".to_owned(), json!({"get": open(alive, false)})),
        ("/readyz".to_owned(), json!({"get": open(ready, true)})),
        ("/metrics".to_owned(), json!({"get": metrics})),
    ])
}
