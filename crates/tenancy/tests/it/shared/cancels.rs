//! Cancels: what is left of a task that vanished, depending on whether its DELETE had been sent.

use seedance_model::TaskStatus;
use tenancy::{SettlementState, Vanished};

use crate::support::{NOW, at, charge, first_page, task_id};

#[tokio::test]
async fn p12_a_task_that_vanished_while_it_was_cancelled_is_quarantined_and_hidden() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let task = world.task(&scope, "cgt-1", NOW).await;
    assert!(scope.note_cancel(&task, at(1)).await.unwrap());
    assert_eq!(store.record_vanished(&task, at(9)).await.unwrap(), Vanished::Quarantined);
    assert_eq!(scope.find_task(&task).await.unwrap(), None);
    assert_eq!(scope.page_tasks(&first_page(), NOW).await.unwrap().total, 0);
    let listed = store.list_quarantined(10).await.unwrap();
    assert_eq!((&listed[0].task, listed[0].quarantined_at), (&task, at(9)));
    let kept = store.find_quarantined(&task).await.unwrap().unwrap();
    assert_eq!((kept.status, kept.has_video), (TaskStatus::Succeeded, false));
    assert_eq!(store.record_vanished(&task, at(10)).await.unwrap(), Vanished::NotLive);
    assert!(store.resolve_quarantine(&task, Some(charge()), "ops", "bill", at(11)).await.unwrap());
    assert_eq!(store.ledger_of_task(&task).await.unwrap().len(), 1);
    assert_eq!(store.find_quarantined(&task).await.unwrap(), None);
    world.finish().await;
}

#[tokio::test]
async fn p48_a_task_that_vanished_without_a_cancel_is_lost() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let task = world.task(&scope, "cgt-1", NOW).await;
    assert!(!scope.bury_cancelled_task(&task, at(1)).await.unwrap());
    assert_eq!(store.record_vanished(&task, at(9)).await.unwrap(), Vanished::Lost);
    let kept = scope.find_task(&task).await.unwrap().unwrap();
    assert_eq!((kept.status, kept.settlement), (TaskStatus::Queued, SettlementState::Lost));
    assert!(!scope.note_cancel(&task, at(10)).await.unwrap());
    assert_eq!(store.record_vanished(&task_id("cgt-2"), NOW).await.unwrap(), Vanished::NotLive);
    world.finish().await;
}

#[tokio::test]
async fn p12_a_hidden_cancelled_task_is_still_charged_if_the_upstream_shows_it_again() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let task = world.task(&scope, "cgt-1", NOW).await;
    assert!(scope.note_cancel(&task, at(1)).await.unwrap());
    assert!(scope.note_cancel(&task, at(2)).await.unwrap(), "a DELETE may be repeated");
    assert!(scope.bury_cancelled_task(&task, at(3)).await.unwrap());
    assert!(!scope.bury_cancelled_task(&task, at(4)).await.unwrap());
    world.observe(&task, TaskStatus::Succeeded, at(5)).await;
    assert_eq!(store.record_vanished(&task, at(6)).await.unwrap(), Vanished::NotLive);
    assert_eq!(store.ledger_totals().await.unwrap().entries, 1);
    assert!(store.list_quarantined(10).await.unwrap().is_empty());
    world.finish().await;
}

#[tokio::test]
async fn p14_a_cancel_reaches_nobody_elses_task() {
    let Some(world) = super::start().await else { return };
    let (acme, zen) = (world.scope("acme").await, world.scope("zen").await);
    let task = world.task(&acme, "cgt-1", NOW).await;
    assert!(!zen.note_cancel(&task, at(1)).await.unwrap());
    assert!(acme.note_cancel(&task, at(1)).await.unwrap());
    assert!(!zen.bury_cancelled_task(&task, at(2)).await.unwrap());
    assert!(acme.find_task(&task).await.unwrap().is_some());
    world.finish().await;
}
