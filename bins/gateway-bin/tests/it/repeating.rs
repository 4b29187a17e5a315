//! An `Idempotency-Key` that is used again, however late.

use std::time::Duration;

use ark_sim::{Damage, Fault, Verb};

use crate::support::{GOOD, Reply, TenantClient, World, eventually, send};

/// A day, and the seven days after which the upstream forgets.
const TIMES: [Duration; 3] =
    [Duration::from_hours(24), Duration::from_hours(7 * 24), Duration::from_hours(365 * 24)];

fn create(tenant: &TenantClient, body: &str) -> impl Future<Output = Reply> + use<> {
    let request = tenant.request("POST", "").header("idempotency-key", "order-1");
    send(request.header("content-type", "application/json").body(body.to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn p10_a_key_leads_to_its_task_for_ever() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let id = create(&acme, GOOD).await.json["id"].as_str().unwrap().to_owned();
    for time in TIMES {
        world.clock.advance(time);
        assert_eq!(create(&acme, GOOD).await.json["id"], id.as_str());
        let other = GOOD.replace("a boat", "a ship");
        create(&acme, &other).await.is(409, "idempotency_conflict");
    }
    assert_eq!(world.sim.count(Verb::Create), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p10_a_key_outlives_the_deletion_of_its_task() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let id = create(&acme, GOOD).await.json["id"].as_str().unwrap().to_owned();
    world.sim.succeed(&id).unwrap();
    assert_eq!(acme.delete(&id).await.text, "{}");
    assert_eq!(create(&acme, GOOD).await.json["id"], id.as_str());
    acme.get(&id).await.is(404, "task_not_found");
    assert_eq!(world.sim.count(Verb::Create), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p10_a_key_of_an_unclear_create_is_free_when_the_create_is_given_up() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    world.sim.faults().next(Verb::Create, Fault::WithoutCommit(Damage::CloseBeforeHeaders));
    create(&acme, GOOD).await.is(502, "service_error");
    world.clock.advance(Duration::from_hours(23));
    create(&acme, GOOD).await.is(502, "service_error");
    assert_eq!(world.sim.count(Verb::Create), 1);
    world.clock.advance(Duration::from_hours(1));
    let created =
        eventually(async || Some(create(&acme, GOOD).await).filter(|reply| reply.status == 200));
    assert!(created.await.json["id"].is_string());
    assert_eq!(world.sim.count(Verb::Create), 2);
}
