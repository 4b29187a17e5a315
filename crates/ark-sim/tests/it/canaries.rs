//! Canaries: in everything but what a client must be able to read.

use ark_sim::{Fault, Verb};
use serde_json::json;

use crate::support::{create, get, list, start};

#[tokio::test]
async fn canaries_are_in_headers_messages_models_and_unknown_fields() {
    let sim = start().await;
    let id = create(&sim, json!({})).await;
    sim.fail(&id, "X", "It failed.").unwrap();
    sim.set_canaries(&["ep-secret", "project-7"]);
    let both = "ep-secret project-7";

    let answer = get(&sim, &id).await;
    let report = answer.json();
    assert_eq!((&report["id"], &report["status"]), (&json!(id), &json!("failed")));
    assert_eq!(report["model"], format!("doubao-seedance-2-0-260128 {both}"));
    assert_eq!(report["internal_note"], both);
    assert_eq!(report["error"]["code"], "X");
    assert_eq!(report["error"]["message"], format!("It failed. {both}"));
    assert_eq!(report["error"]["internal_note"], both);
    assert!(answer.header("x-request-id").unwrap().ends_with(both));
    assert_eq!(answer.header("server"), Some(both));

    assert_eq!(list(&sim, "").await.json()["items"][0]["internal_note"], both);

    sim.faults().next(Verb::Get, Fault::refusal(403, "AccessDenied", "No."));
    let refused = get(&sim, &id).await;
    refused.is(403, "AccessDenied");
    assert!(refused.json()["error"]["message"].as_str().unwrap().ends_with(both));

    sim.set_canaries(&[]);
    assert!(get(&sim, &id).await.json().get("internal_note").is_none());
}
