//! Refused bodies: no upstream call, and no row.

use ark_sim::Verb;
use serde_json::Value;

use crate::support::{World, workspace};

/// A body, and what is said of it.
struct Refused {
    name: String,
    body: String,
    field: String,
    code: &'static str,
}

/// Every fixture of a refused request that holds under the default media policy.
fn refused_bodies() -> Vec<Refused> {
    let folder = workspace().join("fixtures/requests/refused");
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let case: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        if case["policy"] == "any-public-url" {
            continue;
        }
        let body =
            case["body_text"].as_str().map_or_else(|| case["body"].to_string(), str::to_owned);
        let field = case["expect"]["field"].as_str().unwrap().to_owned();
        let about_json = case["expect"]["kind"] == "NotJson";
        let code =
            if field == "duration" && !about_json { "invalid_duration" } else { "invalid_request" };
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        cases.push(Refused { name, body, field, code });
    }
    cases
}

#[tokio::test(flavor = "multi_thread")]
async fn p28_a_refused_body_causes_no_upstream_call_and_no_row() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let cases = refused_bodies();
    assert!(cases.len() >= 50, "only {} cases", cases.len());
    for Refused { name, body, field, code } in cases {
        let reply = acme.create(&body).await;
        assert_eq!(reply.json["error"]["code"], code, "{name}: {}", reply.text);
        assert_eq!(reply.status, 400, "{name}: {}", reply.text);
        assert_eq!(reply.json["error"]["param"], field.as_str(), "{name}: {}", reply.text);
    }
    assert_eq!(world.sim.count(Verb::Create), 0);
    assert_eq!(acme.list("").await.json["total"], 0);
    assert!(world.store.open_intents("default", None, 10).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_is_no_public_https_address_is_refused() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    for url in [
        "http://example.com/",
        "https://localhost/",
        "https://10.0.0.1/",
        "ftp://example.com",
        "https://user@example.com/",
        "https://[::1]/",
        "https://127.1/",
        "  ",
        "https:///x",
    ] {
        let body = serde_json::json!({"model": "doubao-seedance-2-0",
            "content": [{"type": "text", "text": "a"}], "callback_url": url});
        let reply = acme.create(&body.to_string()).await;
        reply.is(400, "invalid_request");
        assert_eq!(reply.json["error"]["param"], "callback_url", "{url}");
    }
    assert_eq!(world.sim.count(Verb::Create), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_asset_that_nobody_owns_is_not_found() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let body = r#"{"model":"doubao-seedance-2-0","content":[{"type":"image_url","role":"reference_image",
        "image_url":{"url":"Asset://asset-20260611210100-image1"}}]}"#;
    let reply = acme.create(body).await;
    reply.is(404, "ResourceNotFound.Asset");
    assert_eq!(reply.json["error"]["param"], "content[0].image_url.url");
    assert_eq!(world.sim.count(Verb::Create), 0);
}
