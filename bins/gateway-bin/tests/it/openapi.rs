//! The OpenAPI documents: those that are kept are those that are made, they have every route of the
//! routers and no other, and every example fits its schema.

mod examples;
mod routes;

use std::process::Command;

use serde_json::Value;

use crate::support::workspace_file;

/// Both surfaces, as the command knows them.
const SURFACES: [&str; 2] = ["tenant", "admin"];

/// The document as it is kept.
fn kept(surface: &str) -> Value {
    serde_json::from_str(&workspace_file(&format!("docs/openapi/{surface}.json"))).unwrap()
}

/// Every operation of a document: its method in capitals, its path, and what is said of it.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().iter();
            methods.map(|(method, said)| (method.to_uppercase(), path.clone(), said.clone()))
        })
        .collect()
}

#[test]
fn the_documents_that_are_kept_are_those_of_the_code() {
    for surface in SURFACES {
        let mut command = Command::new(env!("CARGO_BIN_EXE_phanedge"));
        let made = command.args(["openapi", surface]).output().unwrap();
        assert!(made.status.success());
        let file = format!("docs/openapi/{surface}.json");
        let is_same = workspace_file(&file) == String::from_utf8(made.stdout).unwrap();
        let update = format!("cargo run --locked -- openapi {surface} > {file}");
        assert!(is_same, "`{file}` is not what the code says; update it:\n    {update}");
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_operation_has_a_name_of_its_own() {
    for surface in SURFACES {
        let document = kept(surface);
        assert_eq!(document["openapi"], "3.1.0");
        let text = document.to_string();
        let references = text.split("\"$ref\":\"#").skip(1);
        let mut count = 0;
        for reference in references.map(|rest| rest.split('"').next().unwrap()) {
            assert!(document.pointer(reference).is_some(), "{surface}: {reference}");
            count += 1;
        }
        assert!(count > 20, "only {count} references were found");
        let all = operations(&document);
        let mut names: Vec<_> =
            all.iter().map(|(_, _, said)| said["operationId"].clone()).collect();
        names.sort_by_key(ToString::to_string);
        names.dedup();
        assert_eq!(names.len(), all.len());
        assert!(all.iter().all(|(_, _, said)| !said["summary"].as_str().unwrap().is_empty()));
    }
}
