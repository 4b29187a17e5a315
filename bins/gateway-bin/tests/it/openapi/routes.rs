//! The documents against the routers, over HTTP, and against the tables of errors.

use std::collections::BTreeSet;
use std::fs;

use gateway::{ERRORS, OPERATOR_ERRORS, ROUTES};
use serde_json::Value;

use super::{kept, operations};
use crate::admin::{CREDENTIAL, Operator, world};
use crate::support::{Reply, send, workspace};

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];

/// Whether a router has this method on this path; `not_found` would mean that it has no such path.
fn is_served(method: &str, path: &str, reply: &Reply) -> bool {
    assert_ne!(reply.json["error"]["code"], "not_found", "{method} {path}: {}", reply.text);
    reply.status != 405
}

/// The path with something in the place of its parameters.
fn concrete(path: &str) -> String {
    path.replace("{tenant}", "acme")
        .replace("{token}", "1")
        .replace("{intent}", "1")
        .replace("{task}", "cgt-1")
        .replace("{id}", "cgt-1")
}

/// The methods of each path that the document has.
fn documented(document: &Value) -> BTreeSet<(String, String)> {
    operations(document).into_iter().map(|(method, path, _)| (method, path)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_document_has_the_methods_that_their_router_has() {
    let world = world().await;
    let (operator, all) = (Operator::of(&world), documented(&kept("admin")));
    let paths: BTreeSet<&String> = all.iter().map(|(_, path)| path).collect();
    for path in paths {
        // TRACE is refused before any router.
        for method in METHODS.iter().filter(|method| **method != "TRACE") {
            let url = format!("{}{}", operator.url, concrete(path));
            let request = operator.http.request(method.parse().unwrap(), url);
            let reply = send(request.bearer_auth(CREDENTIAL)).await;
            let expected = all.contains(&((*method).to_owned(), path.clone()));
            assert_eq!(is_served(method, path, &reply), expected, "{method} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tenants_document_has_the_methods_that_their_router_has() {
    let world = world().await;
    let (acme, all) = (world.tenant("acme").await, documented(&kept("tenant")));
    let routes = ROUTES.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned()));
    assert_eq!(all, routes.collect());
    let paths: BTreeSet<&String> = all.iter().map(|(_, path)| path).collect();
    for path in paths {
        for method in METHODS.iter().filter(|method| **method != "TRACE") {
            let url = format!("{}{}", acme.url, concrete(path));
            let request = acme.http.request(method.parse().unwrap(), url);
            let reply = send(request.bearer_auth(&acme.token)).await;
            let expected = all.contains(&((*method).to_owned(), path.clone()));
            assert_eq!(is_served(method, path, &reply), expected, "{method} {path}");
        }
    }
}

/// Routers are made of tables; what is added to them by hand is in the documents too.
#[test]
fn no_route_is_added_beside_the_tables() {
    let source = workspace().join("bins/gateway-bin/src");
    let mut literal = BTreeSet::new();
    for file in ["operators.rs", "router.rs"] {
        let text = fs::read_to_string(source.join(file)).unwrap();
        let (text, _tests) = text.split_once("#[cfg(test)]").unwrap_or((&text, ""));
        let routes = text.split(".route(\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        literal.extend(routes.map(str::to_owned));
    }
    let documented: BTreeSet<String> =
        documented(&kept("admin")).into_iter().map(|(_, path)| path).collect();
    assert_eq!(literal.len(), 3, "{literal:?}");
    assert!(literal.is_subset(&documented), "{literal:?}");
}

#[test]
fn every_code_of_the_tables_is_in_its_document() {
    for (surface, table) in [("tenant", ERRORS), ("admin", OPERATOR_ERRORS)] {
        let document = kept(surface);
        let answers = document["components"]["responses"].as_object().unwrap();
        for row in table.iter().filter(|row| !row.code.starts_with('(')) {
            // The routers' own answers to what is no operation.
            if [404, 405].contains(&row.status)
                && ["not_found", "method_not_allowed"].contains(&row.code)
            {
                continue;
            }
            let line = format!("- `{}`: {}", row.code, row.when);
            let said = answers.iter().any(|(name, answer)| {
                name.starts_with(&row.status.to_string())
                    && answer["description"].as_str().unwrap().contains(&line)
            });
            assert!(said, "{surface}: {}", row.code);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_documents_are_served_to_operators_and_none_to_tenants() {
    let world = world().await;
    let (operator, acme) = (Operator::of(&world), world.tenant("acme").await);
    let served = |path: &'static str| operator.get(path);
    assert_eq!(served("/openapi.json").await.json, kept("admin"));
    assert_eq!(served("/openapi.json?surface=admin").await.json, kept("admin"));
    assert_eq!(served("/openapi.json?surface=tenant").await.json, kept("tenant"));
    served("/openapi.json?surface=x").await.is(400, "invalid_request");
    let request = acme.http.get(format!("{}/openapi.json", acme.url)).bearer_auth(&acme.token);
    send(request).await.is(404, "not_found");
}
