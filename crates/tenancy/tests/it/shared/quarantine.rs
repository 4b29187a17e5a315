//! Quarantine: an operator decides once what a success with senseless usage costs.

use seedance_model::TaskStatus;
use tenancy::{NewLedgerEntry, SettlementState};

use crate::support::{NOW, at, charge, task_id};

#[tokio::test]
async fn p06_an_operator_charges_what_was_in_quarantine() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let task = world.quarantined(&scope, "cgt-1").await;
    world.quarantined(&scope, "cgt-2").await;
    assert!(store.resolve_quarantine(&task, Some(charge()), "ops", "why", at(60)).await.unwrap());
    let kept = scope.find_task(&task).await.unwrap().unwrap();
    assert_eq!((kept.status, kept.settlement), (TaskStatus::Succeeded, SettlementState::Charged));
    let entry = scope.ledger_entry(&task).await.unwrap().unwrap();
    assert_eq!((entry.charge_usd_micros, entry.settled_at), (charge().charge_usd_micros, at(60)));
    let left = store.list_quarantined(10).await.unwrap();
    assert_eq!(left.iter().map(|task| task.task.as_str()).collect::<Vec<_>>(), ["cgt-2"]);
    world.finish().await;
}

#[tokio::test]
async fn p06_an_operator_lets_a_task_go_free() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let task = world.quarantined(&scope, "cgt-1").await;
    assert!(store.resolve_quarantine(&task, None, "ops", "why", at(60)).await.unwrap());
    let kept = scope.find_task(&task).await.unwrap().unwrap();
    assert_eq!((kept.status, kept.settlement), (TaskStatus::Succeeded, SettlementState::Free));
    assert_eq!(scope.ledger_entry(&task).await.unwrap(), None);
    assert!(store.list_quarantined(10).await.unwrap().is_empty());
    // The row stays, for whoever asks later.
    let kept = "SELECT CAST(resolved_at AS text) FROM quarantine";
    assert_eq!(world.text(kept).await, at(60).0.to_string());
    world.finish().await;
}

#[tokio::test]
async fn p03_a_quarantine_is_resolved_once() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let [charged, free] =
        [world.quarantined(&scope, "cgt-1").await, world.quarantined(&scope, "cgt-2").await];
    assert!(
        store.resolve_quarantine(&charged, Some(charge()), "ops", "why", at(60)).await.unwrap()
    );
    assert!(store.resolve_quarantine(&free, None, "ops", "why", at(60)).await.unwrap());
    let live = world.task(&scope, "cgt-3", NOW).await;
    let failed = world.task(&scope, "cgt-4", NOW).await;
    world.observe(&failed, TaskStatus::Failed, at(1)).await;
    for task in [charged, free, live, failed, task_id("cgt-5")] {
        for cost in [Some(charge()), None] {
            assert!(!store.resolve_quarantine(&task, cost, "ops", "why", at(61)).await.unwrap());
        }
    }
    assert_eq!(store.ledger_totals().await.unwrap().entries, 1);
    assert_eq!(store.audit_page(None, 10).await.unwrap().len(), 2);
    world.finish().await;
}

#[tokio::test]
async fn p13_a_charge_that_cannot_be_written_leaves_the_quarantine() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let task = world.quarantined(&scope, "cgt-1").await;
    let too_many = NewLedgerEntry { tokens: u64::MAX, ..charge() };
    assert!(store.resolve_quarantine(&task, Some(too_many), "ops", "why", at(60)).await.is_err());
    let kept = scope.find_task(&task).await.unwrap().unwrap();
    assert_eq!(kept.settlement, SettlementState::Quarantined);
    assert_eq!(store.list_quarantined(10).await.unwrap().len(), 1);
    assert!(store.audit_page(None, 10).await.unwrap().is_empty());
    world.finish().await;
}

#[tokio::test]
async fn p07_the_audit_notices_a_free_success_that_nobody_let_go() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let tasks =
        [world.quarantined(&scope, "cgt-1").await, world.quarantined(&scope, "cgt-2").await];
    store.resolve_quarantine(&tasks[0], None, "ops", "why", at(60)).await.unwrap();
    assert!(store.audit().await.unwrap().is_clean());
    let swapped = "UPDATE quarantine SET resolved_at = CASE WHEN resolved_at IS NULL THEN 1 END";
    world.sql(swapped).await.unwrap();
    assert_eq!(store.audit().await.unwrap().unsettled, tasks);
}
