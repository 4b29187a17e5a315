//! The quarantine by the API: priced before it is meant, charged once, let go.

use std::time::Duration;

use serde_json::json;

use super::{Operator, audited, is_audited, world};
use crate::support::{GOOD, TenantClient, World, eventually};

/// A success whose usage makes no sense, in quarantine.
async fn quarantined(world: &World, tenant: &TenantClient, usage: serde_json::Value) -> String {
    let id = tenant.creates(GOOD).await;
    world.sim.set_usage(&id, usage).unwrap();
    world.sim.succeed(&id).unwrap();
    eventually(async || {
        world.clock.advance(Duration::from_secs(1));
        let listed = world.store.list_quarantined(10).await.unwrap();
        listed.iter().any(|task| task.task.as_str() == id).then_some(())
    })
    .await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn p66_a_task_in_quarantine_is_charged_once_by_an_operator() {
    let world = world().await;
    let (operator, acme) = (Operator::of(&world), world.tenant("acme").await);
    let id = quarantined(&world, &acme, json!({"completion_tokens": 0})).await;
    let listed = operator.shows("/admin/v1/quarantine").await;
    let task = &listed["tasks"][0];
    assert_eq!((&task["task"], &task["tenant"]), (&json!(id), &json!("acme")));
    assert_eq!(
        (listed["tasks"].as_array().unwrap().len(), &listed["has_more"]),
        (1, &json!(false))
    );

    let path = format!("/admin/v1/quarantine/{id}/charge");
    let order = json!({"tokens": 108_900, "resolution": "720p", "reason": "the invoice"});
    let priced = operator.post(&path, &order).await;
    priced.is(400, "confirmation_required");
    assert!(priced.text.contains("0.705549 USD (5.0094 CNY)"), "{}", priced.text);
    for wrong in [
        json!({"tokens": 0, "reason": "x", "confirm": true}),
        json!({"tokens": -1, "reason": "x", "confirm": true}),
        json!({"tokens": 5, "resolution": "8k", "reason": "x", "confirm": true}),
        json!({"tokens": 5, "reason": "", "confirm": true}),
        json!({"tokens": 5, "confirm": true}),
        json!({"tokens": "5", "reason": "x", "confirm": true}),
    ] {
        operator.post(&path, &wrong).await.is(400, "invalid_request");
    }
    assert_eq!((audited(&world).await, world.store.ledger_totals().await.unwrap().entries), (0, 0));

    let mut meant = order.clone();
    meant["confirm"] = json!(true);
    let charged = operator.does(&path, &meant).await;
    assert_eq!(
        (&charged.json["charge_usd"], &charged.json["tokens"]),
        (&json!("0.705549"), &json!(108_900))
    );
    is_audited(&world, &charged, ["resolve-quarantine", &id, "charged: the invoice"]).await;
    operator.post(&path, &meant).await.is(404, "quarantine_not_found");
    let totals = world.store.ledger_totals().await.unwrap();
    assert_eq!((totals.entries, totals.charge_usd_micros), (1, 705_549));
    assert!(operator.shows("/admin/v1/quarantine").await["tasks"].as_array().unwrap().is_empty());
    assert!(world.store.audit().await.unwrap().is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn p66_a_task_in_quarantine_is_let_go_for_good() {
    let world = world().await;
    let (operator, acme) = (Operator::of(&world), world.tenant("acme").await);
    let id = quarantined(&world, &acme, json!({})).await;
    let path = format!("/admin/v1/quarantine/{id}/free");
    operator.post(&path, &json!({"reason": "broken"})).await.is(400, "confirmation_required");
    let body = json!({"reason": "broken", "confirm": true});
    let freed = operator.does(&path, &body).await;
    assert_eq!(freed.json, json!({"task": id, "state": "free"}));
    is_audited(&world, &freed, ["resolve-quarantine", &id, "free: broken"]).await;
    operator.post(&path, &body).await.is(404, "quarantine_not_found");
    let wrong = "/admin/v1/quarantine/no%20id/free";
    operator.post(wrong, &body).await.is(400, "invalid_request");
    assert_eq!(world.store.ledger_totals().await.unwrap().entries, 0);
}
