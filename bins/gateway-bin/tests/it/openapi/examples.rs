//! Every example fits its schema, and so do the fixtures that the rules are tested with.

use std::fs;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::{SURFACES, kept};
use crate::support::workspace;

/// A validator of a schema that stands in this document.
fn validator(document: &Value, schema: &Value) -> Validator {
    let mut schema = schema.as_object().unwrap().clone();
    schema.insert("components".to_owned(), document["components"].clone());
    jsonschema::draft202012::new(&Value::Object(schema)).unwrap()
}

fn named(document: &Value, name: &str) -> Validator {
    validator(document, &json!({"$ref": format!("#/components/schemas/{name}")}))
}

#[track_caller]
fn fits(validator: &Validator, value: &Value, what: &str) {
    let wrong: Vec<String> = validator.iter_errors(value).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{what}: {wrong:?}\n{value}");
}

/// Everything of a document that has a schema and examples beside it.
fn with_examples<'a>(value: &'a Value, found: &mut Vec<(&'a Value, Vec<&'a Value>)>) {
    match value {
        Value::Object(members) => {
            if let Some(schema) = members.get("schema") {
                let named = members.get("examples").and_then(Value::as_object);
                let named = named.into_iter().flatten().map(|(_, example)| &example["value"]);
                found.push((schema, named.chain(members.get("example")).collect()));
            }
            members.values().for_each(|member| with_examples(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| with_examples(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_example_fits_its_schema() {
    for surface in SURFACES {
        let document = kept(surface);
        let mut found = Vec::new();
        with_examples(&document, &mut found);
        let mut count = 0;
        for (schema, examples) in found {
            let validator = validator(&document, schema);
            for example in examples {
                assert!(!example.is_null(), "{surface}: {schema}");
                fits(&validator, example, surface);
                count += 1;
            }
        }
        assert!(count > 30, "only {count} examples were found");
    }
}

/// The fixtures of a folder, by name.
fn fixtures(folder: &str) -> Vec<(String, Value)> {
    let files = fs::read_dir(workspace().join("fixtures").join(folder)).unwrap();
    let read = files.map(|file| file.unwrap().path()).map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        (path.display().to_string(), serde_json::from_str(&text).unwrap_or_default())
    });
    read.collect()
}

#[test]
fn every_create_that_the_rules_accept_fits_the_schema() {
    let document = kept("tenant");
    let create = named(&document, "NewTask");
    let mut count = 0;
    for (name, fixture) in fixtures("requests/accepted") {
        if let Some(body) = fixture["body"].as_object() {
            fits(&create, &Value::Object(body.clone()), &name);
            count += 1;
        }
    }
    assert!(count > 20, "only {count} fixtures were found");
}

#[test]
fn what_the_schema_says_of_a_create_is_no_more_than_the_rules_do() {
    let document = kept("tenant");
    let create = named(&document, "NewTask");
    let refused = fixtures("requests/refused");
    let refused = refused.iter().filter_map(|(_, fixture)| fixture["body"].as_object());
    let known = refused.filter(|body| !create.is_valid(&Value::Object((*body).clone()))).count();
    assert!(known > 10, "the schema refuses only {known} of what the rules refuse");
}
