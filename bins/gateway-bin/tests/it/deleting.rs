//! DELETE: cancel, remove or refuse, and never lose a success on the way.

use std::time::Duration;

use ark_sim::{Damage, Fault, Gate, Pace, Quotas, SimSettings, Verb};
use tenancy::{LedgerFilter, Quarantined};

use crate::support::{GOOD, TenantClient, World, eventually};

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

/// A queued task whose DELETE is on its way when it succeeds: the upstream erases the record, and
/// with it what the task cost. Gives its id; the tenant was told that it is gone.
async fn erased_unseen(world: &World, tenant: &TenantClient) -> String {
    let id = tenant.creates(GOOD).await;
    // The watcher sees nothing meanwhile.
    world.sim.faults().always(Verb::List, Fault::status(400));
    let gate = Gate::closed();
    world.sim.faults().next(Verb::Delete, Fault::HoldBack(gate.clone()));
    let deleting = tokio::spawn(tenant.delete(&id));
    world.sim.wait_for_calls(Verb::Delete, 1).await;
    world.sim.succeed(&id).unwrap();
    gate.open();
    assert_eq!(deleting.await.unwrap().text, "{}");
    world.sim.faults().clear();
    id
}

/// Waits until the watcher has given the task up.
async fn quarantined(world: &World) -> Vec<Quarantined> {
    eventually(async || {
        world.clock.advance(Duration::from_mins(2));
        let listed = world.store.list_quarantined(10).await.unwrap();
        (!listed.is_empty()).then_some(listed)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_a_success_that_a_cancel_erased_is_quarantined_and_gone_for_its_tenant() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let id = erased_unseen(&world, &acme).await;
    acme.get(&id).await.is(404, "task_not_found");
    acme.delete(&id).await.is(404, "task_not_found");
    let listed = quarantined(&world).await;
    assert_eq!((listed[0].task.as_str(), listed[0].usage.as_str()), (id.as_str(), ""));
    assert!(listed[0].reason.contains("cancelled"), "{}", listed[0].reason);
    assert_eq!(world.store.ledger_totals().await.unwrap().entries, 0);
    acme.get(&id).await.is(404, "task_not_found");
    assert!(world.store.audit().await.unwrap().is_clean());
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_a_record_that_comes_back_after_a_cancel_is_settled_by_what_it_says() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    // The cancel works, and the record is hidden for a while.
    world.sim.faults().next_n(Verb::Get, 1, Fault::CommitThen(Damage::Informational(1)));
    world.sim.faults().always(Verb::Get, Fault::refusal(404, "NotFound.task_id", "not found"));
    world.sim.faults().always(Verb::List, Fault::status(400));
    assert_eq!(acme.delete(&id).await.text, "{}");
    acme.get(&id).await.is(404, "task_not_found");
    world.sim.faults().clear();
    eventually(async || {
        world.clock.advance(Duration::from_mins(2));
        let live = world.store.watch_load("default").await.unwrap().live_tasks;
        (live == 0).then_some(())
    })
    .await;
    assert!(world.store.list_quarantined(10).await.unwrap().is_empty());
    assert_eq!(world.store.ledger_totals().await.unwrap().entries, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_two_deletes_at_once_cancel_once_and_agree() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    world.sim.faults().always(Verb::List, Fault::status(400));
    let gate = Gate::closed();
    world.sim.faults().next(Verb::Delete, Fault::HoldBack(gate.clone()));
    let first = tokio::spawn(acme.delete(&id));
    world.sim.wait_for_calls(Verb::Delete, 1).await;
    assert_eq!(acme.delete(&id).await.text, "{}");
    gate.open();
    first.await.unwrap().is(409, "InvalidAction.CancelledTaskDeletion");
    assert_eq!(acme.get(&id).await.json["status"], "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_a_delete_that_is_repeated_after_its_answer_was_lost_is_answered() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    world.sim.faults().always(Verb::List, Fault::status(400));
    let gate = Gate::closed();
    world.sim.faults().next(Verb::Delete, Fault::HoldBack(gate.clone()));
    let first = tokio::spawn(acme.delete(&id));
    world.sim.wait_for_calls(Verb::Delete, 1).await;
    world.sim.succeed(&id).unwrap();
    world.sim.forget(&id).unwrap();
    // The first one has not come back, as after a crash.
    assert_eq!(acme.delete(&id).await.text, "{}");
    acme.get(&id).await.is(404, "task_not_found");
    gate.open();
    assert_eq!(first.await.unwrap().text, "{}");
    world.sim.faults().clear();
    assert_eq!(quarantined(&world).await.len(), 1);
}
