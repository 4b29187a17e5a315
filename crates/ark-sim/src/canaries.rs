//! Texts that must not reach a tenant, put wherever an upstream could put them.

use serde_json::Value;

use crate::http::{Body, Reply};

/// Members whose text gets the canaries added.
const TELLING: [&str; 8] =
    ["model", "message", "Message", "param", "type", "reason", "ProjectName", "Title"];

/// Puts every canary into the headers and into every object of a JSON body.
///
/// Ids, states, codes and the headers of HTTP itself stay true, so that a client goes on working
/// with the answer.
pub(crate) fn plant(reply: &mut Reply, canaries: &[String]) {
    if canaries.is_empty() {
        return;
    }
    let all = canaries.join(" ");
    let own = reply.headers.iter_mut().filter(|(name, _)| name.starts_with("x-"));
    for (_, value) in own {
        *value = format!("{value} {all}");
    }
    let names = ["server", "via", "x-tt-logid", "set-cookie", "x-account"];
    for name in names {
        reply.headers.push((name.to_owned(), all.clone()));
    }
    if let Body::Json(value) = &mut reply.body {
        plant_value(value, &all);
    }
}

fn plant_value(value: &mut Value, all: &str) {
    if let Some(items) = value.as_array_mut() {
        for item in items {
            plant_value(item, all);
        }
    }
    let Some(members) = value.as_object_mut() else {
        return;
    };
    for (name, value) in members.iter_mut() {
        plant_value(value, all);
        if let Some(text) = value.as_str().filter(|_| TELLING.contains(&name.as_str())) {
            *value = format!("{text} {all}").into();
        }
    }
    members.insert("internal_note".to_owned(), all.into());
}
