//! What the documents of both surfaces are put together from: answers, refusals, examples.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::error::{ErrorRow, Kind};

/// What both documents say of the version.
pub(super) const OPENAPI: &str = "3.1.0";

/// A body of this schema, with named examples.
pub(super) fn content(schema: &Value, examples: &[(&str, Value)]) -> Value {
    let mut media = Map::from_iter([("schema".to_owned(), schema.clone())]);
    if !examples.is_empty() {
        let named =
            examples.iter().map(|(name, value)| ((*name).to_owned(), json!({"value": value})));
        media.insert("examples".to_owned(), Value::Object(named.collect()));
    }
    json!({ "application/json": media })
}

/// A reference to a schema of the document.
pub(super) fn schema(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Headers of the document, by their names there.
pub(super) fn headers(names: &[&str]) -> Value {
    let one =
        |name: &&str| ((*name).to_owned(), json!({"$ref": format!("#/components/headers/{name}")}));
    Value::Object(names.iter().map(one).collect())
}

/// How the refusals of a surface look.
pub(super) struct Refusals<'a> {
    pub(super) table: &'a [ErrorRow],
    /// The name of the schema of a refusal.
    pub(super) schema: &'a str,
    pub(super) example: fn(&ErrorRow) -> Value,
    pub(super) headers: &'a [&'a str],
}

impl Refusals<'_> {
    /// The answers to these situations, by status. Several codes share a status.
    pub(super) fn answers(&self, kinds: &[&[Kind]]) -> Map<String, Value> {
        let is_met = |row: &&ErrorRow| kinds.iter().any(|kinds| kinds.contains(&row.kind));
        let mut by_status: BTreeMap<u16, Vec<&ErrorRow>> = BTreeMap::new();
        for row in self.table.iter().filter(is_met) {
            by_status.entry(row.status).or_default().push(row);
        }
        by_status
            .into_iter()
            .map(|(status, rows)| (status.to_string(), self.answer(&rows)))
            .collect()
    }

    fn answer(&self, rows: &[&ErrorRow]) -> Value {
        let lines = rows.iter().map(|row| format!("- `{}`: {}", row.code, row.when));
        let examples: Vec<_> = rows.iter().map(|row| (row.code, (self.example)(row))).collect();
        json!({
            "description": lines.collect::<Vec<_>>().join("\n"),
            "headers": headers(self.headers),
            "content": content(&schema(self.schema), &examples),
        })
    }
}

/// Moves refusals that several operations have in common to one place, and refers to them.
pub(super) fn with_shared_refusals(mut document: Value) -> Value {
    let mut shared = Map::new();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let operations = paths.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut);
    for operation in operations.flat_map(Map::values_mut) {
        let answers = operation.get_mut("responses").and_then(Value::as_object_mut);
        for (status, answer) in answers.into_iter().flatten() {
            if let Some(codes) = codes_of(answer) {
                let name = format!("{status}.{codes}");
                let reference = json!({"$ref": format!("#/components/responses/{name}")});
                shared.insert(name, std::mem::replace(answer, reference));
            }
        }
    }
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) {
        components.insert("responses".to_owned(), Value::Object(shared));
    }
    document
}

/// The codes of an answer that is a refusal, and the envelope that they come in.
fn codes_of(answer: &Value) -> Option<String> {
    let media = answer.get("content")?.get("application/json")?;
    let envelope = media.get("schema")?.get("$ref")?.as_str()?.rsplit('/').next()?;
    let codes: Vec<String> =
        media.get("examples")?.as_object()?.keys().map(|code| plain(code)).collect();
    envelope.ends_with("Refusal").then(|| format!("{envelope}.{}", codes.join(".")))
}

/// A code as a part of a name.
fn plain(code: &str) -> String {
    code.chars().filter(|symbol| symbol.is_ascii_alphanumeric() || *symbol == '_').collect()
}

/// What a refusal in the envelope of the task surface looks like.
pub(super) fn refusal_example(row: &ErrorRow) -> Value {
    // The upstream's own codes are not in the table.
    let code =
        if row.kind == Kind::Native { "InputTextSensitiveContentDetected" } else { row.code };
    json!({"error": {"code": code, "message": row.when, "param": "", "type": row.type_name}})
}

/// The envelope of the task surface and of the operators' API. `codes` is what is known of `code`.
pub(super) fn refusal_schema(table: &[ErrorRow], code: &Value) -> Value {
    let mut types: Vec<&str> = table.iter().map(|row| row.type_name).collect();
    types.sort_unstable();
    types.dedup();
    json!({
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["code", "message", "param", "type"],
                "properties": {
                    "code": code,
                    "message": {"type": "string", "description": "For people; it may change."},
                    "param": {
                        "type": "string",
                        "description": "The path of the field that is meant, or empty.",
                    },
                    "type": {"type": "string", "enum": types},
                },
                "additionalProperties": false,
            },
        },
        "additionalProperties": false,
    })
}
