//! DELETE: cancel, remove or refuse, and never lose a success on the way.

use ark_sim::{Fault, Pace, Quotas, SimSettings, Verb};
use tenancy::LedgerFilter;

use crate::support::{GOOD, World};

/// A world whose tasks stay queued until a test moves them, and whose watcher sleeps.
async fn held() -> World {
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
    World::with(settings, "").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queued_task_is_cancelled_and_stays_visible() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    assert_eq!(acme.delete(&id).await.text, "{}");
    assert_eq!(acme.get(&id).await.json["status"], "cancelled");
    let again = acme.delete(&id).await;
    again.is(409, "InvalidAction.CancelledTaskDeletion");
    assert_eq!(again.header("x-should-retry"), Some("false"));
    assert_eq!(world.sim.count(Verb::Delete), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_task_is_refused_without_a_delete_upstream() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    world.sim.set_status(&id, "running").unwrap();
    let reply = acme.delete(&id).await;
    reply.is(409, "InvalidAction.RunningTaskDeletion");
    assert_eq!(reply.header("x-should-retry"), Some("false"));
    assert_eq!(world.sim.count(Verb::Delete), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_a_success_that_nobody_has_seen_is_settled_before_it_is_deleted() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    world.sim.succeed(&id).unwrap();
    assert_eq!(acme.delete(&id).await.text, "{}");
    let entries = world.store.ledger_page(&LedgerFilter::default(), None, 10).await.unwrap();
    assert_eq!(entries.len(), 1);
    assert!(!world.sim.task(&id).unwrap().visible, "it is gone upstream");
    acme.get(&id).await.is(404, "task_not_found");
    acme.delete(&id).await.is(404, "task_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_the_upstream_has_forgotten_can_be_deleted_once_it_is_settled() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    world.sim.succeed(&id).unwrap();
    acme.sees(&id, "succeeded").await;
    world.sim.forget(&id).unwrap();
    assert_eq!(acme.delete(&id).await.text, "{}");
    acme.get(&id).await.is(404, "task_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delete_that_the_upstream_fails_changes_nothing_and_can_be_repeated() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    world.sim.succeed(&id).unwrap();
    acme.sees(&id, "succeeded").await;
    world.sim.faults().next(Verb::Delete, Fault::status(500));
    acme.delete(&id).await.is(502, "service_error");
    assert_eq!(acme.get(&id).await.status, 200);
    assert_eq!(acme.delete(&id).await.text, "{}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delete_while_the_upstream_is_silent_about_the_state_is_refused() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    world.sim.faults().always(Verb::Get, Fault::status(503));
    acme.delete(&id).await.is(502, "service_error");
    assert_eq!(world.sim.count(Verb::Delete), 0);
}
