//! Groups of unclear creates: found by their names, adopted where it is certain whose they are.

use std::time::Duration;

use ark_sim::{Damage, Fault, Verb};
use serde_json::{Value, json};
use tenancy::LibraryIntent;

use crate::support::{TenantClient, World, eventually};

/// A create that makes a group and does not tell. Gives the id of the group.
async fn makes_unheard(world: &World, tenant: &TenantClient, name: &str) -> String {
    let fault = Fault::CommitThen(Damage::CloseBeforeHeaders);
    creates_unheard(world, tenant, name, fault).await;
    world.sim.groups().last().unwrap().id.clone()
}

/// A create that makes nothing, and does not tell either.
async fn makes_nothing(world: &World, tenant: &TenantClient, name: &str) {
    let fault = Fault::WithoutCommit(Damage::CloseBeforeHeaders);
    creates_unheard(world, tenant, name, fault).await;
}

/// The reconciler may look meanwhile, so the fault is for every call.
async fn creates_unheard(world: &World, tenant: &TenantClient, name: &str, fault: Fault) {
    world.sim.faults().always(Verb::AssetAction, fault);
    let reply = tenant.act("CreateAssetGroup", &json!({"Name": name})).await;
    reply.is_asset_refusal(502, "service_error");
    world.sim.faults().clear();
}

async fn open(world: &World) -> Vec<LibraryIntent> {
    world.store.open_library_intents("default", None, 100).await.unwrap()
}

async fn groups_of(tenant: &TenantClient) -> Vec<Value> {
    let filter = json!({"Filter": {"GroupType": "AIGC"}});
    tenant.acts("ListAssetGroups", &filter).await["Items"].as_array().unwrap().clone()
}

/// How often the reconciler has asked for groups of this name.
fn searches(world: &World, name: &str) -> usize {
    let filter = format!("\"Name\":\"{name}\"");
    let calls = world.sim.calls();
    let bodies = calls.iter().map(|call| String::from_utf8_lossy(&call.body).into_owned());
    bodies.filter(|body| body.contains("\"Filter\"") && body.contains(&filter)).count()
}

/// Waits until the reconciler has looked for groups of this name twice more.
async fn searched(world: &World, name: &str) {
    let before = searches(world, name);
    eventually(async || {
        world.clock.advance(Duration::from_secs(10));
        (searches(world, name) >= before + 2).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p08_a_group_that_was_made_unheard_is_found_by_its_name() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    // Names that have this one in them do not count.
    acme.acts("CreateAssetGroup", &json!({"Name": "my shots, old"})).await;
    let made = makes_unheard(&world, &acme, "my shots").await;
    eventually(async || {
        world.clock.advance(Duration::from_secs(1));
        open(&world).await.is_empty().then_some(())
    })
    .await;
    assert!(groups_of(&acme).await.iter().any(|group| group["Id"] == made.as_str()));
    let log = world.store.audit_page(None, 10).await.unwrap();
    let adopted = log.iter().find(|record| record.action == "adopt-library-intent").unwrap();
    assert_eq!((adopted.actor.as_str(), adopted.detail.as_str()), ("reconciler", made.as_str()));
    let asset = json!({"GroupId": made, "URL": "https://example.com/a.png", "AssetType": "Image"});
    world.names.set("example.com", &["93.184.215.14".parse().unwrap()]);
    acme.acts("CreateAsset", &asset).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p08_equal_groups_of_two_tenants_are_left_to_an_operator() {
    let world = World::start().await;
    let (acme, zen) = (world.tenant("acme").await, world.tenant("zen").await);
    makes_nothing(&world, &zen, "shots").await;
    makes_unheard(&world, &acme, "shots").await;
    searched(&world, "shots").await;
    assert_eq!(open(&world).await.len(), 2, "nobody gets what may be another's");
    assert!(groups_of(&acme).await.is_empty() && groups_of(&zen).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn p08_two_groups_that_fit_are_left_to_an_operator() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    // The first one is made when the second intent is opened, as far as times can tell.
    world.sim.clock().advance(Duration::from_mins(5));
    makes_unheard(&world, &acme, "shots").await;
    world.clock.advance(Duration::from_mins(5));
    makes_unheard(&world, &acme, "shots").await;
    assert_eq!(world.sim.groups().len(), 2);
    searched(&world, "shots").await;
    assert!(groups_of(&acme).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn p08_a_group_of_another_time_or_of_another_tenant_is_not_adopted() {
    let world = World::start().await;
    let (acme, zen) = (world.tenant("acme").await, world.tenant("zen").await);
    zen.acts("CreateAssetGroup", &json!({"Name": "shots"})).await;
    world.sim.clock().advance(Duration::from_mins(5));
    let later = makes_unheard(&world, &acme, "shots").await;
    assert_eq!(world.sim.groups().len(), 2);
    searched(&world, "shots").await;
    assert!(groups_of(&acme).await.is_empty(), "{later} is of another time");
    assert_eq!(open(&world).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p08_a_group_that_nobody_made_is_looked_for_and_given_up_after_a_day() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    makes_nothing(&world, &acme, "shots").await;
    searched(&world, "shots").await;
    world.clock.advance(Duration::from_hours(12));
    searched(&world, "shots").await;
    world.clock.advance(Duration::from_hours(12));
    eventually(async || open(&world).await.is_empty().then_some(())).await;
    assert_eq!(world.sim.groups().len(), 0);
}
