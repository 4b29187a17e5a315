//! Open intents by the API: listed, adopted if the model service has it, given up.

use ark_sim::{Damage, Fault, Pace, Quotas, SimSettings, Verb};
use serde_json::{Value, json};

use super::{Operator, audited, is_audited, with_credential};
use crate::support::{GOOD, TenantClient, World};

/// A world whose reconciler finds nothing: there is no list.
async fn blind() -> World {
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
    let world = World::with(settings, &with_credential()).await;
    world.sim.faults().always(Verb::List, Fault::status(503));
    world
}

/// A create that buys a task and does not tell; gives the task.
async fn unheard(world: &World, tenant: &TenantClient) -> String {
    world.sim.faults().next(Verb::Create, Fault::CommitThen(Damage::CloseBeforeHeaders));
    tenant.create(GOOD).await.is(502, "service_error");
    world.sim.tasks().last().unwrap().id.clone()
}

async fn listed(operator: &Operator, query: &str) -> Vec<Value> {
    let page = operator.shows(&format!("/admin/v1/orphans?{query}")).await;
    page["intents"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn p66_an_operator_adopts_one_unclear_create_and_gives_another_up() {
    let world = blind().await;
    let (operator, acme) = (Operator::of(&world), world.tenant("acme").await);
    let bought = unheard(&world, &acme).await;
    unheard(&world, &acme).await;
    let open = listed(&operator, "").await;
    assert_eq!(open.len(), 2);
    assert_eq!((&open[0]["tenant"], &open[0]["state"]), (&json!("acme"), &json!("unknown")));
    assert_eq!((&open[0]["creates"], &open[0]["upstream"]), (&json!("task"), &json!("default")));
    let name = |at: usize| open[at]["intent"].as_str().unwrap().to_owned();
    let page = operator.shows("/admin/v1/orphans?limit=1").await;
    assert_eq!(page["next"], name(0));
    assert_eq!(
        listed(&operator, &format!("limit=1&after={}", name(0))).await[0]["intent"],
        name(1)
    );

    let adopt = |intent: &str| format!("/admin/v1/orphans/{intent}/adopt");
    let order = |id: &str| json!({"id": id, "confirm": true});
    operator.post(&adopt(&name(0)), &json!({"id": bought})).await.is(400, "confirmation_required");
    operator.post(&adopt(&name(0)), &order("cgt-nowhere")).await.is(502, "service_error");
    operator.post(&adopt("999"), &order(&bought)).await.is(404, "intent_not_found");
    operator.post(&adopt("x"), &order(&bought)).await.is(400, "invalid_request");
    operator.post(&adopt(&name(0)), &order("no id")).await.is(400, "invalid_request");
    assert_eq!(audited(&world).await, 0);
    let adopted = operator.does(&adopt(&name(0)), &order(&bought)).await;
    assert_eq!(adopted.json, json!({"intent": name(0), "state": "adopted"}));
    is_audited(&world, &adopted, ["adopt-intent", &format!("intent {}", name(0)), &bought]).await;
    assert_eq!(acme.list("").await.json["items"][0]["id"], bought.as_str());
    // It is somebody's now, and no other intent's.
    operator.post(&adopt(&name(1)), &order(&bought)).await.is(409, "not_adopted");

    let abandon = format!("/admin/v1/orphans/{}/abandon", name(1));
    operator.post(&abandon, &json!({})).await.is(400, "confirmation_required");
    let given_up = operator.does(&abandon, &json!({"confirm": true})).await;
    let said = ["abandon-intent", &format!("intent {}", name(1)), ""];
    is_audited(&world, &given_up, said).await;
    operator.post(&abandon, &json!({"confirm": true})).await.is(404, "intent_not_found");
    assert!(listed(&operator, "").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn p66_unclear_creates_of_the_library_are_decided_on_alike() {
    let world = blind().await;
    let (operator, acme) = (Operator::of(&world), world.tenant("acme").await);
    world.names.set("example.com", &["93.184.215.14".parse().unwrap()]);
    let group = acme.acts("CreateAssetGroup", &json!({"Name": "shots"})).await["Id"].clone();
    let body = json!({"GroupId": group, "URL": "https://example.com/a.png", "AssetType": "Image"});
    for damage in [
        Fault::CommitThen(Damage::CloseBeforeHeaders),
        Fault::WithoutCommit(Damage::CloseBeforeHeaders),
    ] {
        world.sim.faults().next(Verb::AssetAction, damage);
        acme.act("CreateAsset", &body).await.is_asset_refusal(502, "service_error");
    }
    let open = listed(&operator, "of=library").await;
    assert_eq!((open.len(), &open[0]["creates"]), (2, &json!("image")));
    assert_eq!(open[0]["terms"]["group"], group);
    let name = |at: usize| open[at]["intent"].as_str().unwrap().to_owned();
    let id = world.sim.assets().last().unwrap().id.clone();
    let order = json!({"id": id, "confirm": true});
    let adopted = operator.does(&format!("/admin/v1/orphans/{}/adopt", name(0)), &order).await;
    assert_eq!(adopted.json["state"], "adopted");
    assert_eq!(acme.acts("GetAsset", &json!({"Id": id})).await["Id"], id);
    let abandon = format!("/admin/v1/orphans/{}/abandon", name(1));
    operator.does(&abandon, &json!({"confirm": true})).await;
    assert!(listed(&operator, "of=library").await.is_empty());
    assert_eq!(audited(&world).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_cannot_be_meant_are_refused() {
    let world = blind().await;
    let operator = Operator::of(&world);
    for query in ["upstream=nowhere", "of=assets", "after=x", "of=library&after=7", "limit=0"] {
        operator.get(&format!("/admin/v1/orphans?{query}")).await.is(400, "invalid_request");
    }
}
