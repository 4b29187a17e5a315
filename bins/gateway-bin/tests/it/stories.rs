//! Whole workflows, seen from both sides: the tenant's and the upstream's.

use ark_sim::Verb;
use serde_json::json;
use tenancy::{LedgerFilter, SettlementState};

use seedance_model::Model;

use crate::canary;
use crate::support::{World, workspace_file};

/// The body of a fixture that quotes the public contract.
fn contract_example(name: &str) -> String {
    let fixture = workspace_file(&format!("fixtures/requests/accepted/{name}.json"));
    let fixture: serde_json::Value = serde_json::from_str(&fixture).unwrap();
    fixture["body"].to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contracts_4k_example_is_bought_followed_settled_and_deleted() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(&contract_example("contract_create_4k")).await;
    let queued = acme.get(&id).await;
    assert_eq!(queued.status, 200);
    assert_eq!(queued.json["model"], "doubao-seedance-2-0");

    world.sim.succeed(&id).unwrap();
    let task = acme.sees(&id, "succeeded").await;
    assert_eq!(task["resolution"], "4k");
    assert_eq!(task["safety_identifier"], "user-hash-001");
    assert!(task["content"]["video_url"].as_str().unwrap().starts_with("http"));
    assert!(task["content"]["last_frame_url"].is_string());

    let entries = world.store.ledger_page(&LedgerFilter::default(), None, 10).await.unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].sku, "doubao-seedance-2-0-4k-novideo");
    assert_eq!(entries[0].tokens, 785_700);
    assert_eq!(entries[0].charge_cny_micros, 20_428_200);
    // ¥26 / 7.10 = $3.661972 a million; 785,700 tokens of it.
    assert_eq!(entries[0].rate_usd_micros_per_million, 3_661_972);
    assert_eq!(entries[0].charge_usd_micros, 2_877_211);

    assert_eq!(acme.delete(&id).await.text, "{}");
    acme.get(&id).await.is(404, "task_not_found");
    assert_eq!(acme.list("").await.json, json!({"items": [], "total": 0}));
    let entries = world.store.ledger_page(&LedgerFilter::default(), None, 10).await.unwrap();
    assert_eq!(entries.len(), 1, "the ledger keeps the charge of a deleted task");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_upstream_receives_what_was_checked_and_nothing_else() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let body = r#"{"model":"doubao-seedance-2-0-fast","content":[{"type":"text","text":"a"}],
        "seed":7,"x_unknown":{"n":1.50},"tools":null,"callback_url":null,
        "CallbackURL":"  HTTPS://Example.COM/hook#part  "}"#;
    acme.creates(body).await;
    let calls = world.sim.calls();
    let create = calls.iter().find(|call| call.verb == Verb::Create).unwrap();
    let rest = r#""content":[{"type":"text","text":"a"}],"seed":7,"x_unknown":{"n":1.50},"callback_url":"https://example.com/hook"}"#;
    let model = canary::endpoint(Model::Fast);
    let expected = format!("{{\"model\":\"{model}\",{rest}");
    assert_eq!(String::from_utf8(create.body.clone()).unwrap(), expected);
    let key = format!("Bearer {}", canary::KEY);
    assert_eq!(create.header("authorization"), Some(key.as_str()));
    assert!(create.header("x-request-id").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_task_shows_its_reason_and_costs_nothing() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(crate::support::GOOD).await;
    let code = "OutputVideoSensitiveContentDetected.PolicyViolation";
    world.sim.fail(&id, code, "The request failed. Request id: 0217abc").unwrap();
    let task = acme.sees(&id, "failed").await;
    assert_eq!(task["error"], json!({"code": code, "message": "The request failed."}));
    let scope = world.store.scope(&acme.tenant);
    let id = seedance_model::TaskId::parse(&id).unwrap();
    let settlement = scope.find_task(&id).await.unwrap().unwrap().settlement;
    assert_eq!(settlement, SettlementState::Free);
    assert!(scope.ledger_entry(&id).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_is_read_again_after_a_restart() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(crate::support::GOOD).await;
    let folder = world.stop().await;
    let url = format!("sqlite:{}", folder.path().join("gateway.db").display());
    let store = tenancy::Store::open(&url).await.unwrap();
    let id = seedance_model::TaskId::parse(&id).unwrap();
    assert!(store.scope(&acme.tenant).find_task(&id).await.unwrap().is_some());
}
