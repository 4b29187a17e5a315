//! What the documentation says of the operators' API.

use std::collections::BTreeSet;

use gateway::OPERATOR_ERRORS;
use serde_json::Value;

use super::{blocks, code, section, table};
use crate::support::workspace_file;

fn document() -> Value {
    serde_json::from_str(&workspace_file("docs/openapi/admin.json")).unwrap()
}

/// Method and path of every operation.
fn operations() -> BTreeSet<(String, String)> {
    let document = document();
    let paths = document["paths"].as_object().unwrap().iter();
    let all = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().keys();
        methods.map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
    });
    all.collect()
}

#[test]
fn the_table_of_operators_routes_has_every_route() {
    let rows = table("docs/ADMIN.md", "## Routes");
    let documented: BTreeSet<_> = rows.iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let served = operations().into_iter().map(|(method, path)| (code(&method), code(&path)));
    assert_eq!(documented, served.collect());
}

/// The path of an operation that a concrete one is an instance of.
fn operation_of(path: &str) -> Option<String> {
    let is_instance = |pattern: &str| {
        let (pattern, path): (Vec<_>, Vec<_>) =
            (pattern.split('/').collect(), path.split('/').collect());
        let alike = |(want, got): (&&str, &&str)| want.starts_with('{') || want == got;
        pattern.len() == path.len() && pattern.iter().zip(&path).all(alike)
    };
    let all = operations().into_iter().map(|(_, path)| path);
    // A path without parameters is meant before one with them.
    let mut found: Vec<String> = all.filter(|pattern| is_instance(pattern)).collect();
    found.sort_by_key(|pattern| pattern.matches('{').count());
    found.into_iter().next()
}

/// Each `curl` of the document: method, path with its query, body.
fn examples() -> Vec<(String, String, Option<Value>)> {
    let text = workspace_file("docs/ADMIN.md");
    let blocks = blocks(&text, "sh").join("\n").replace("\\\n", " ");
    let lines = blocks.lines().filter(|line| line.starts_with("curl "));
    lines
        .map(|line| {
            let url = line.split("$ADMIN").nth(1).unwrap();
            let path = url.split(['"', ' ']).next().unwrap().to_owned();
            let method = line.split("-X ").nth(1).map(|rest| rest.split(' ').next().unwrap());
            let body = line.split("-d '").nth(1).map(|rest| rest.split('\'').next().unwrap());
            let body = body.map(|body| serde_json::from_str(body).unwrap());
            let usual = if body.is_some() { "POST" } else { "GET" };
            assert!(body.is_none() || line.contains("$CHANGE"), "{line}");
            (method.unwrap_or(usual).to_owned(), path, body)
        })
        .collect()
}

#[test]
fn every_route_of_operators_has_an_example_that_can_be_said() {
    let document = document();
    let mut said = BTreeSet::new();
    for (method, path, body) in examples() {
        let (bare, query) = path.split_once('?').unwrap_or((path.as_str(), ""));
        let pattern = operation_of(bare).unwrap_or_else(|| panic!("there is no `{bare}`"));
        let operation = &document["paths"][&pattern][method.to_lowercase()];
        assert!(operation.is_object(), "{method} {path}");
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let name = pair.split('=').next().unwrap();
            let mut known = operation["parameters"].as_array().unwrap().iter();
            assert!(known.any(|parameter| parameter["name"] == name), "{path}: {name}");
        }
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(schema.is_object(), body.is_some(), "{method} {path}");
        if let Some(body) = body {
            let mut schema = schema.as_object().unwrap().clone();
            schema.insert("components".to_owned(), document["components"].clone());
            let validator = jsonschema::draft202012::new(&Value::Object(schema)).unwrap();
            assert!(validator.is_valid(&body), "{method} {path}: {body}");
        }
        said.insert((method, pattern));
    }
    assert_eq!(said, operations());
}

#[test]
fn the_table_of_operators_errors_has_every_error() {
    let documented = table("docs/ERRORS.md", "## The operators' table");
    let expected: Vec<Vec<String>> = OPERATOR_ERRORS
        .iter()
        .map(|row| {
            let (status, when) = (row.status.to_string(), row.when.to_owned());
            vec![status, code(row.code), code(row.type_name), when]
        })
        .collect();
    let first_four: Vec<Vec<String>> = documented.iter().map(|row| row[..4].to_vec()).collect();
    assert_eq!(first_four, expected);
    assert!(documented.iter().all(|row| !row[4].is_empty()), "each says what to do");
    assert!(section("docs/ADMIN.md", "## Refusals").contains("ERRORS.md#the-operators-table"));
}
