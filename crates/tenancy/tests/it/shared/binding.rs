//! Binding: a bought task becomes its tenant's once, by the one intent that bought it.

use seedance_model::{Model, TaskStatus};
use tenancy::{Binding, IntentId, IntentState, NewIntent, SettlementState};

use crate::support::{NOW, TARIFF, UPSTREAM, at, intent, new_task, opened, task_id};

#[tokio::test]
async fn a_bound_task_takes_its_terms_from_the_intent() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let wanted = NewIntent { model: Model::Fast, has_video: true, ..intent() };
    let id = opened(scope.open_intent(wanted, at(1)).await.unwrap());
    let bound = world.store.bind_intent(id, new_task("cgt-1"), at(4)).await.unwrap();
    assert_eq!(bound, Binding::Bound);
    let task = scope.find_task(&task_id("cgt-1")).await.unwrap().unwrap();
    assert_eq!((task.model, task.has_video), (Model::Fast, true));
    assert_eq!((task.upstream.as_str(), task.tariff.as_str()), (UPSTREAM, TARIFF));
    assert_eq!((task.created_at, task.refreshed_at), (at(1), at(4)));
    assert_eq!((task.status, task.settlement), (TaskStatus::Queued, SettlementState::Open));
    assert_eq!(task.body, br#"{"id":"cgt-1","status":"queued"}"#);
    let intent = scope.find_intent(id).await.unwrap().unwrap();
    assert_eq!((intent.state, intent.task), (IntentState::Bound, Some(task.id)));
    world.finish().await;
}

#[tokio::test]
async fn binding_twice_changes_nothing() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let first = opened(scope.open_intent(intent(), NOW).await.unwrap());
    let second = opened(scope.open_intent(intent(), NOW).await.unwrap());
    let bind = async |id, task| store.bind_intent(id, new_task(task), at(1)).await.unwrap();
    assert_eq!(bind(first, "cgt-1").await, Binding::Bound);
    assert_eq!(bind(first, "cgt-1").await, Binding::AlreadyBound);
    assert_eq!(bind(first, "cgt-2").await, Binding::IntentTaken(task_id("cgt-1")));
    assert_eq!(bind(second, "cgt-1").await, Binding::TaskTaken);
    assert_eq!(bind(second, "cgt-2").await, Binding::Bound);
    let nothing = IntentId::parse("999").unwrap();
    assert_eq!(bind(nothing, "cgt-3").await, Binding::NoSuchIntent);
    world.finish().await;
}

#[tokio::test]
async fn p08_an_unknown_intent_is_adopted_and_a_refused_one_is_not() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let [unknown, abandoned, refused] = {
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(opened(scope.open_intent(intent(), NOW).await.unwrap()));
        }
        ids.try_into().unwrap()
    };
    store.mark_intent_unknown(unknown, at(1)).await.unwrap();
    store.abandon_intent(abandoned, "ops", at(1)).await.unwrap();
    store.refuse_intent(refused, at(1)).await.unwrap();
    for (id, task) in [(unknown, "cgt-1"), (abandoned, "cgt-2")] {
        let bound = store.bind_intent(id, new_task(task), at(2)).await.unwrap();
        assert_eq!(bound, Binding::Bound);
        let intent = scope.find_intent(id).await.unwrap().unwrap();
        assert_eq!(intent.state, IntentState::Adopted);
    }
    let bound = store.bind_intent(refused, new_task("cgt-3"), at(2)).await.unwrap();
    assert_eq!(bound, Binding::IntentRefused);
    assert_eq!(scope.find_task(&task_id("cgt-3")).await.unwrap(), None);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_binders_bind_one_task_once() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let mut racers = Vec::new();
    for _ in 0..16 {
        let id = opened(scope.open_intent(intent(), NOW).await.unwrap());
        let store = world.store.clone();
        let race = async move { store.bind_intent(id, new_task("cgt-1"), at(1)).await.unwrap() };
        racers.push(tokio::spawn(race));
    }
    let mut bound = 0;
    for racer in racers {
        let binding = racer.await.unwrap();
        bound += usize::from(binding == Binding::Bound);
        assert!(matches!(binding, Binding::Bound | Binding::TaskTaken));
    }
    assert_eq!(bound, 1);
    assert_eq!(world.store.watch_load(UPSTREAM).await.unwrap().live_tasks, 1);
    world.finish().await;
}
