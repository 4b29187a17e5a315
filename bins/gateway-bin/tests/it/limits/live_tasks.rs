//! Live tasks: never more than the limit, whoever asks at once, and nobody else waits for it.

use ark_sim::{Damage, Fault, Verb};
use tenancy::LimitChange;

use super::{create_at_once, finish, held, limit, used, with_status};
use crate::support::GOOD;

#[tokio::test(flavor = "multi_thread")]
async fn p17_no_more_tasks_are_live_than_allowed_whoever_asks_at_once() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    limit(&world, &acme, LimitChange::LiveTasks(Some(5))).await;
    let replies = create_at_once(&acme, 100, GOOD).await;
    assert_eq!((with_status(&replies, 200), with_status(&replies, 429)), (5, 95));
    assert_eq!(world.sim.count(Verb::Create), 5);
    let refusal = replies.iter().find(|reply| reply.status == 429).unwrap();
    refusal.is(429, "concurrency_limit_exceeded");
    assert_eq!(refusal.header("retry-after"), Some("5"));
    // Each that ends makes room for one.
    let done = replies.iter().find(|reply| reply.status == 200).unwrap();
    let id = done.json["id"].as_str().unwrap();
    assert_eq!(acme.delete(id).await.status, 200);
    let replies = create_at_once(&acme, 20, GOOD).await;
    assert_eq!((with_status(&replies, 200), with_status(&replies, 429)), (1, 19));
    finish(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p17_a_create_without_a_known_outcome_counts_as_live() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    limit(&world, &acme, LimitChange::LiveTasks(Some(1))).await;
    world.sim.faults().next(Verb::Create, Fault::WithoutCommit(Damage::CloseBeforeHeaders));
    acme.create(GOOD).await.is(502, "service_error");
    acme.create(GOOD).await.is(429, "concurrency_limit_exceeded");
    assert_eq!(used(&world, &acme).await.0, 1);
    limit(&world, &acme, LimitChange::LiveTasks(None)).await;
    acme.creates(GOOD).await;
    finish(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p17_a_tenant_at_its_limit_keeps_nobody_else_from_creating() {
    let world = held().await;
    let (acme, zen) = (world.tenant("acme").await, world.tenant("zen").await);
    limit(&world, &acme, LimitChange::LiveTasks(Some(1))).await;
    let flood: Vec<_> = (0..200).map(|_| tokio::spawn(acme.create(GOOD))).collect();
    let replies = create_at_once(&zen, 20, GOOD).await;
    assert_eq!(with_status(&replies, 200), 20);
    let mut refused = 0;
    for create in flood {
        refused += usize::from(create.await.unwrap().status == 429);
    }
    assert_eq!(refused, 199);
    assert_eq!(world.sim.count(Verb::Create), 21);
    finish(world).await;
}
