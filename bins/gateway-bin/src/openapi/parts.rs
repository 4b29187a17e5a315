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

/// What a refusal in the envelope of the task surface looks like.
pub(super) fn refusal_example(row: &ErrorRow) -> Value {
    // The upstream's own codes are not in the table.
    let code =
        if row.kind == Kind::Native { "InputTextSensitiveContentDetected" } else { row.code };
    json!({"error": {"code": code, "message": row.when, "param": "", "type": row.type_name}})
}

/// The envelope of the task surface and of the operators' API. `codes` is what is known of `code`.
pub(super) fn refusal_schema(table: &[ErrorRow], code: Value) -> Value {
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
