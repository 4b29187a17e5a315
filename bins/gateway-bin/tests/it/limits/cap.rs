//! The spending cap: nothing is bought above it, and what ends without a charge gives its room back.

use std::time::Duration;

use ark_sim::{Damage, Fault, Verb};
use serde_json::json;

use super::{PRICE, cap, create_at_once, finish, held, task, used, with_status};
use crate::support::{GOOD, Reply, TenantClient, World, eventually, send};

#[tokio::test(flavor = "multi_thread")]
async fn p17_a_cap_for_37_tasks_lets_37_of_a_thousand_creates_through() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    cap(&world, &acme, 38 * PRICE - 1).await;
    let mut replies = Vec::new();
    // As many at once as are within the tenant's share of the seats.
    for _ in 0..5 {
        replies.extend(create_at_once(&acme, 200, GOOD).await);
    }
    assert_eq!((with_status(&replies, 200), with_status(&replies, 403)), (37, 963));
    assert_eq!(world.sim.count(Verb::Create), 37);
    assert_eq!(used(&world, &acme).await, (37, 0, 37 * PRICE));
    assert_eq!(acme.list("").await.json["total"], 37);
    let refusal = replies.iter().find(|reply| reply.status == 403).unwrap();
    refusal.is(403, "budget_exceeded");
    assert_eq!(
        refusal.json["error"]["message"],
        "this task may cost up to 0.565606 USD, and this month's spending cap has 0.565605 USD left"
    );
    assert_eq!(refusal.header("x-should-retry"), Some("false"));
    // A cheaper task may still fit.
    cap(&world, &acme, 37 * PRICE + 300_000).await;
    acme.create(GOOD).await.is(403, "budget_exceeded");
    acme.creates(&GOOD.replace("720p", "480p")).await;
    finish(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p17_a_charge_takes_the_place_of_its_reservation() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    // The longest that the model may choose is reserved, and 15 s are dearer than 4.
    let open_end = GOOD.replace("\"duration\":4", "\"duration\":-1");
    let id = acme.creates(&open_end).await;
    let (_, _, reserved) = used(&world, &acme).await;
    assert_eq!(reserved, 2_104_986, "324,900 tokens at 6.478873 USD a million");
    cap(&world, &acme, reserved).await;
    acme.create(GOOD).await.is(403, "budget_exceeded");
    world.sim.succeed(&id).unwrap();
    acme.sees(&id, "succeeded").await;
    let (live, charged, reserved) = used(&world, &acme).await;
    assert_eq!((live, reserved), (0, 0));
    let scope = world.store.scope(&acme.tenant);
    let entry = scope.ledger_entry(&seedance_model::TaskId::parse(&id).unwrap()).await.unwrap();
    assert_eq!(entry.unwrap().charge_usd_micros, charged);
    cap(&world, &acme, charged + PRICE - 1).await;
    acme.create(GOOD).await.is(403, "budget_exceeded");
    cap(&world, &acme, charged + PRICE).await;
    acme.creates(GOOD).await;
    finish(world).await;
}

/// Room for one, which a first task has taken: `ends` gives it back.
async fn gives_room_back(ends: impl AsyncFn(&World, &TenantClient, &str)) {
    let world = held().await;
    let acme = world.tenant("acme").await;
    cap(&world, &acme, PRICE).await;
    let id = acme.creates(GOOD).await;
    acme.create(GOOD).await.is(403, "budget_exceeded");
    ends(&world, &acme, &id).await;
    assert_eq!(used(&world, &acme).await, (0, 0, 0));
    acme.creates(GOOD).await;
    finish(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p17_a_task_that_failed_gives_its_room_back() {
    gives_room_back(async |world, acme, id| {
        world.sim.fail(id, "InternalServiceError", "no").unwrap();
        acme.sees(id, "failed").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p17_a_task_that_is_cancelled_gives_its_room_back() {
    gives_room_back(async |_, acme, id| {
        assert_eq!(acme.delete(id).await.text, "{}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p17_a_create_that_is_refused_gives_its_room_back() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    cap(&world, &acme, PRICE).await;
    world.sim.faults().next(Verb::Create, Fault::refusal(400, "InvalidParameter", "no"));
    acme.create(GOOD).await.is(400, "InvalidParameter");
    assert_eq!(used(&world, &acme).await, (0, 0, 0));
    acme.creates(GOOD).await;
    finish(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p17_an_unclear_create_keeps_its_room_until_it_is_given_up() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    cap(&world, &acme, PRICE).await;
    world.sim.faults().next(Verb::Create, Fault::WithoutCommit(Damage::CloseBeforeHeaders));
    acme.create(GOOD).await.is(502, "service_error");
    assert_eq!(used(&world, &acme).await, (1, 0, PRICE));
    acme.create(GOOD).await.is(403, "budget_exceeded");
    let open = world.store.open_intents("default", None, 10).await.unwrap();
    assert_eq!(open.len(), 1, "the refused create left no intent");
    let (intent, now) = (open[0].id, world.clock.now());
    assert!(world.store.abandon_intent(intent, "operator", now).await.unwrap());
    acme.creates(GOOD).await;
    // It was bought after all: it counts, above the cap too.
    let found = task("cgt-20261101000000-found", &world);
    world.store.adopt_intent(intent, found, "operator", now).await.unwrap();
    assert_eq!(used(&world, &acme).await, (2, 0, 2 * PRICE));
    acme.create(GOOD).await.is(403, "budget_exceeded");
    finish(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p10_a_repeated_create_reserves_once_and_is_answered_at_the_cap() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    cap(&world, &acme, PRICE).await;
    let create = || {
        let request = acme.request("POST", "").header("idempotency-key", "order-1");
        send(request.header("content-type", "application/json").body(GOOD))
    };
    let twins: Vec<_> = (0..20).map(|_| tokio::spawn(create())).collect();
    let mut replies: Vec<Reply> = Vec::new();
    for twin in twins {
        replies.push(twin.await.unwrap());
    }
    replies.push(create().await);
    let ids: Vec<_> = replies.iter().map(|reply| reply.json["id"].clone()).collect();
    assert!(ids[0].is_string() && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(used(&world, &acme).await, (1, 0, PRICE));
    acme.create(GOOD).await.is(403, "budget_exceeded");
    finish(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p17_the_next_month_has_a_budget_of_its_own() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    cap(&world, &acme, PRICE).await;
    let id = acme.creates(GOOD).await;
    acme.create(GOOD).await.is(403, "budget_exceeded");
    world.clock.advance(Duration::from_hours(31 * 24));
    acme.creates(GOOD).await;
    acme.create(GOOD).await.is(403, "budget_exceeded");
    // What is settled now was ordered then, and counts there.
    world.sim.succeed(&id).unwrap();
    eventually(async || {
        world.clock.advance(Duration::from_secs(1));
        (used(&world, &acme).await.0 == 1).then_some(())
    })
    .await;
    assert_eq!(used(&world, &acme).await, (1, 0, PRICE));
    finish(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p17_what_was_spent_and_reserved_survives_a_restart() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    cap(&world, &acme, 2 * PRICE).await;
    let id = acme.creates(GOOD).await;
    world.sim.succeed(&id).unwrap();
    acme.sees(&id, "succeeded").await;
    acme.creates(GOOD).await;
    let folder = world.stop().await;
    let settings = ark_sim::SimSettings { pace: ark_sim::Pace::HELD, ..Default::default() };
    let world = World::in_folder(folder, settings, "").await;
    let acme = acme.at(&world);
    assert_eq!(used(&world, &acme).await, (1, PRICE, PRICE));
    acme.create(GOOD).await.is(403, "budget_exceeded");
    assert_eq!(world.sim.count(Verb::Create), 0);
    finish(world).await;
}

#[test]
fn p17_what_a_dropped_server_had_sent_stays_reserved() {
    let runtime = || tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let first = runtime();
    let (folder, acme) = first.block_on(async {
        let world = held().await;
        let acme = world.tenant("acme").await;
        cap(&world, &acme, PRICE).await;
        world.sim.faults().next(Verb::Create, Fault::NeverAnswer);
        tokio::spawn(acme.create(GOOD));
        world.sim.wait_for_calls(Verb::Create, 1).await;
        (world.drop_server(), acme)
    });
    drop(first);
    runtime().block_on(async {
        let world = World::in_folder(folder, ark_sim::SimSettings::default(), "").await;
        let acme = acme.at(&world);
        assert_eq!(used(&world, &acme).await, (1, 0, PRICE));
        acme.create(GOOD).await.is(403, "budget_exceeded");
        assert_eq!(world.sim.count(Verb::Create), 0);
        finish(world).await;
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn other_verdicts_come_before_the_cap() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    cap(&world, &acme, 0).await;
    acme.create("[]").await.is(400, "invalid_request");
    let item = json!({"type": "image_url", "image_url": {"url": "asset://asset-1"}});
    let foreign = GOOD.replace("\"content\":[", &format!("\"content\":[{item},"));
    acme.create(&foreign).await.is(404, "ResourceNotFound.Asset");
    acme.create(GOOD).await.is(403, "budget_exceeded");
    assert_eq!(world.sim.count(Verb::Create), 0);
    finish(world).await;
}
