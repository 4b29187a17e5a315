//! The state of ledger and gateway by the API, and nothing of what has to stay inside.

use ark_sim::SimSettings;
use serde_json::json;

use super::{Operator, world};
use crate::support::eventually;

#[tokio::test(flavor = "multi_thread")]
async fn the_last_verification_of_the_ledger_is_shown() {
    let world = world().await;
    let operator = Operator::of(&world);
    let state = eventually(async || {
        let state = operator.shows("/admin/v1/ledger/verification").await;
        (state["state"] != "pending").then_some(state)
    })
    .await;
    assert_eq!(state["state"], "adds_up");
    assert!(state["verified_at"].is_string());
    let checks = state["checks"].as_array().unwrap();
    assert!(checks.iter().any(|check| check["check"] == "charges"));
    assert!(checks.iter().all(|check| check["differences"] == 0));
    let none = json!({"entries": 0, "tokens": 0, "charge_cny": "0", "charge_usd": "0"});
    assert_eq!(state["totals"], none);
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_shown_by_their_names_and_nothing_else() {
    let world = world().await;
    let operator = Operator::of(&world);
    let shown = operator.shows("/admin/v1/gateway").await;
    let expected = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "upstreams": [{"name": "default", "answers": true, "library": true}],
    });
    assert_eq!(shown, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn p19_no_answer_has_a_secret_an_address_or_a_name_of_the_account() {
    let world = world().await;
    let (operator, acme) = (Operator::of(&world), world.tenant("acme").await);
    let keys = SimSettings::default();
    let inside = [
        keys.api_key,
        keys.access_key_id,
        keys.secret_access_key,
        world.sim.task_base_url().clone(),
        world.sim.asset_base_url().clone(),
        acme.token.clone(),
        super::CREDENTIAL.to_owned(),
        "gateway.db".to_owned(),
        "260128".to_owned(),
    ];
    for path in [
        "/admin/v1/tenants",
        "/admin/v1/tenants/acme",
        "/admin/v1/tenants/acme/tokens",
        "/admin/v1/tenants/acme/limits",
        "/admin/v1/usage?from=2026-11-01&to=2026-12-01",
        "/admin/v1/orphans",
        "/admin/v1/quarantine",
        "/admin/v1/ledger/verification",
        "/admin/v1/gateway",
        "/openapi.json",
    ] {
        let reply = operator.get(path).await;
        assert_eq!(reply.status, 200, "{path}");
        for secret in inside.iter().filter(|_| path != "/openapi.json") {
            assert!(!reply.text.contains(secret.as_str()), "{path}: {secret}");
            assert!(!format!("{:?}", reply.headers).contains(secret.as_str()), "{path}");
        }
    }
}
