//! Texts that must not reach a tenant, put wherever an upstream could put them.

use serde_json::Value;

use crate::http::{Body, Reply};

/// Members whose text gets the canaries added.
const TELLING: [&str; 8] =
    ["model", "message", "Message", "param", "type", "reason", "ProjectName", "Title"];

/// Bodies that are no JSON, and that a client may show or log all the same.
const READ_AS_TEXT: [&str; 2] = ["text/html", "application/json"];

/// What is planted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Canaries {
    pub(crate) texts: Vec<String>,
    /// Whether `model` stays true.
    pub(crate) spare_models: bool,
}

/// Puts every canary into the headers and into every object of a JSON body.
///
/// Ids, states, codes and the headers of HTTP itself stay true, so that a client goes on working
/// with the answer.
pub(crate) fn plant(reply: &mut Reply, canaries: &Canaries) {
    let Canaries { texts, spare_models } = canaries;
    if texts.is_empty() {
        return;
    }
    let all = texts.join(" ");
    let own = reply.headers.iter_mut().filter(|(name, _)| name.starts_with("x-"));
    for (_, value) in own {
        *value = format!("{value} {all}");
    }
    for (_, target) in reply.headers.iter_mut().filter(|(name, _)| name == "location") {
        *target = format!("{target}?{}", texts.join("+"));
    }
    let names = ["server", "via", "x-tt-logid", "set-cookie", "x-account"];
    for name in names {
        reply.headers.push((name.to_owned(), all.clone()));
    }
    match &mut reply.body {
        Body::Json(value) => plant_value(value, &all, *spare_models),
        Body::Bytes(kind, bytes) if READ_AS_TEXT.contains(kind) => {
            bytes.to_mut().extend_from_slice(all.as_bytes());
        }
        Body::Empty | Body::Bytes(..) => {}
    }
}

fn plant_value(value: &mut Value, all: &str, spare_models: bool) {
    if let Some(items) = value.as_array_mut() {
        for item in items {
            plant_value(item, all, spare_models);
        }
    }
    let Some(members) = value.as_object_mut() else {
        return;
    };
    for (name, value) in members.iter_mut() {
        plant_value(value, all, spare_models);
        let tells = TELLING.contains(&name.as_str()) && !(spare_models && name == "model");
        if let Some(text) = value.as_str().filter(|_| tells) {
            *value = format!("{text} {all}").into();
        }
    }
    members.insert("internal_note".to_owned(), all.into());
}
