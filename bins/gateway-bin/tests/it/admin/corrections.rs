//! Corrections by the API: shown before they are meant, added in rows of their own, audited.

use seedance_model::TaskId;
use serde_json::{Value, json};

use super::{Operator, audited, done, is_audited, world};
use crate::support::{GOOD, World};

/// A task that was charged for 87,300 tokens of 720p at ¥46 a million: 4.0158 CNY, 0.565606 USD.
async fn charged(world: &World) -> String {
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    world.sim.succeed(&id).unwrap();
    acme.sees(&id, "succeeded").await;
    id
}

async fn rows(world: &World, id: &str) -> Vec<[i64; 3]> {
    let rows = world.store.ledger_of_task(&TaskId::parse(id).unwrap()).await.unwrap();
    let figures = rows.iter().map(|row| [row.tokens, row.charge_cny_micros, row.charge_usd_micros]);
    figures.collect()
}

/// The same that says that it is meant.
fn meant(order: &Value) -> Value {
    let mut order = order.clone();
    order["confirm"] = json!(true);
    order
}

#[tokio::test(flavor = "multi_thread")]
async fn p07_an_operator_corrects_tokens_and_amounts_by_rows_of_their_own() {
    let world = world().await;
    let (operator, id) = (Operator::of(&world), charged(&world).await);
    let path = format!("/admin/v1/ledger/{id}/correct");
    let order = json!({"tokens": -7_300, "reason": "the invoice"});
    let shown = operator.post(&path, &order).await;
    shown.is(400, "confirmation_required");
    let said = "-7300 tokens, -0.047296 USD and -0.3358 CNY would be added";
    assert!(shown.text.contains(said), "{}", shown.text);
    assert_eq!((rows(&world, &id).await.len(), audited(&world).await), (1, 0));

    let corrected = operator.does(&path, &meant(&order)).await;
    let told = ["task", "tokens", "charge_usd"].map(|field| &corrected.json[field]);
    assert_eq!(told, [&json!(id), &json!(-7_300), &json!("-0.047296")]);
    is_audited(&world, &corrected, ["correct-charge", &id, "the invoice"]).await;
    let amount = json!({"usd": "-0.25", "reason": "goodwill"});
    let corrected = operator.does(&path, &meant(&amount)).await;
    is_audited(&world, &corrected, ["correct-charge", &id, "goodwill"]).await;
    let added = [[-7_300, -335_800, -47_296], [0, -1_775_000, -250_000]];
    assert_eq!(rows(&world, &id).await[1..], added);
    assert!(world.store.audit().await.unwrap().is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_that_cannot_be_meant_names_what_is_wrong_and_adds_nothing() {
    let world = world().await;
    let (operator, id) = (Operator::of(&world), charged(&world).await);
    let path = format!("/admin/v1/ledger/{id}/correct");
    for (wrong, field) in [
        (json!({"tokens": 0, "reason": "x"}), "tokens"),
        (json!({"tokens": -87_301, "reason": "x"}), "tokens"),
        (json!({"tokens": 1, "usd": "1", "reason": "x"}), "tokens"),
        (json!({"reason": "x"}), "tokens"),
        (json!({"usd": "0", "reason": "x"}), "usd"),
        (json!({"usd": "much", "reason": "x"}), "usd"),
        (json!({"usd": "0.0000001", "reason": "x"}), "usd"),
        (json!({"usd": "-0.565607", "reason": "x"}), "usd"),
        (json!({"usd": -0.25, "reason": "x"}), ""),
        (json!({"tokens": 1, "reason": ""}), "reason"),
        (json!({"tokens": 1}), ""),
        (json!({"tokens": 1, "reason": "x", "cny": "1"}), ""),
    ] {
        let refused = operator.post(&path, &meant(&wrong)).await;
        refused.is(400, "invalid_request");
        assert_eq!(refused.json["error"]["param"], field, "{wrong}");
    }
    let order = json!({"tokens": 1, "reason": "x", "confirm": true});
    let nowhere = operator.post("/admin/v1/ledger/cgt-nowhere/correct", &order).await;
    nowhere.is(404, "charge_not_found");
    operator.post("/admin/v1/ledger/no%20id/correct", &order).await.is(400, "invalid_request");
    assert_eq!((rows(&world, &id).await.len(), audited(&world).await), (1, 0));
    done(operator.get("/admin/v1/ledger/verification").await);
}
