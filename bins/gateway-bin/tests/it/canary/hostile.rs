//! An upstream that says everything it must not say, in every spelling, in every kind of answer.

use ark_sim::{Damage, Fault, Pace, Quotas, SimSettings, Verb};
use serde_json::json;

use super::{ACCESS, SHARED, spellings};
use crate::support::{GOOD, TenantClient, World, send};

/// Answers of any kind to one call.
fn faults(message: &str) -> Vec<Fault> {
    let statuses = [400, 401, 403, 404, 409, 429, 500];
    let refusals = statuses.iter().flat_map(|status| {
        let codes = ["InvalidParameter", ACCESS, message];
        codes.map(|code| Fault::refusal(*status, code, message))
    });
    let damages = [
        Damage::GarbageJson,
        Damage::WrongTypes,
        Damage::TruncateByOne,
        Damage::ContentLengthTooShort,
        Damage::CloseMidBody,
        Damage::Status500,
    ];
    let spoilt = damages.into_iter().map(Fault::WithoutCommit);
    let redirect = Fault::Redirect("http://127.0.0.1:9/".to_owned());
    let html = Fault::Status { status: 502, body: ark_sim::ErrorBody::Html, retry_after: None };
    refusals.chain(spoilt).chain([redirect, html]).collect()
}

/// One call of each kind that reaches the upstream; what it answers is searched on the way.
async fn ask(world: &World, tenant: &TenantClient, verb: Verb, id: &str) {
    match verb {
        Verb::Create => drop(tenant.create(GOOD).await),
        Verb::Get => {
            world.clock.advance(std::time::Duration::from_secs(1));
            tenant.get(id).await;
        }
        Verb::Delete => drop(tenant.delete(id).await),
        Verb::List | Verb::AssetAction | Verb::Media | Verb::Other => {
            for (action, body) in [
                ("CreateAssetGroup", json!({"Name": "n"})),
                ("ListAssetGroups", json!({"PageSize": 10})),
                ("GetAssetGroup", json!({"Id": id})),
            ] {
                tenant.act(action, &body).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p19_nothing_that_the_upstream_echoes_comes_out_anywhere() {
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
    let world = World::with(settings, "").await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    let group = acme.acts("CreateAssetGroup", &json!({"Name": "shots"})).await;
    let group = group["Id"].as_str().unwrap();
    for word in SHARED {
        let all = spellings(word);
        let all: Vec<&str> = all.iter().map(String::as_str).filter(|s| !s.contains('\\')).collect();
        world.sim.set_canaries(&all);
        let message = all.join(" and ");
        for verb in [Verb::Create, Verb::Get, Verb::Delete, Verb::AssetAction] {
            let id = if verb == Verb::AssetAction { group } else { &id };
            for fault in faults(&message) {
                world.sim.faults().next(verb, fault);
                ask(&world, &acme, verb, id).await;
            }
            world.sim.faults().clear();
            ask(&world, &acme, verb, if verb == Verb::Delete { "x" } else { id }).await;
        }
    }
    // The faults may have had the first one deleted.
    let id = acme.creates(GOOD).await;
    world.sim.fail(&id, ACCESS, &SHARED.join(" ")).unwrap();
    let failed = acme.sees(&id, "failed").await;
    assert_eq!(failed["model"], "doubao-seedance-2-0");
    acme.list("").await;
    assert_eq!(send(acme.request("DELETE", &format!("/{id}"))).await.status, 200);
    drop(world.stop().await);
}
