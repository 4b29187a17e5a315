//! Intents: opened once per key, closed once, and found by the reconciler until then.

use std::collections::HashSet;

use tenancy::{IntentState, NewIntent, Opening};

use crate::support::{NOW, UPSTREAM, at, intent, keyed_intent, new_task, opened, task_id};

#[tokio::test]
async fn an_intent_is_found_as_it_was_opened() {
    let Some(world) = super::start().await else { return };
    let tenant = world.tenant("acme").await;
    let scope = world.store.scope(&tenant);
    let wanted = intent();
    let id = opened(scope.open_intent(wanted.clone(), at(3)).await.unwrap());
    let found = scope.find_intent(id).await.unwrap().unwrap();
    assert_eq!((found.id, found.tenant, found.state), (id, tenant.id, IntentState::Sent));
    assert_eq!((found.model, found.has_video), (wanted.model, wanted.has_video));
    assert_eq!((found.terms, found.tariff, found.task), (wanted.terms, wanted.tariff, None));
    assert_eq!((found.upstream.as_str(), found.opened_at), (UPSTREAM, at(3)));
    world.finish().await;
}

#[tokio::test]
async fn p10_the_same_key_and_body_is_the_same_intent() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let id = opened(scope.open_intent(keyed_intent("k", 1), NOW).await.unwrap());
    let Opening::Known(known) = scope.open_intent(keyed_intent("k", 1), at(1)).await.unwrap()
    else {
        panic!("a second intent was opened");
    };
    assert_eq!((known.id, known.state, known.task), (id, IntentState::Sent, None));
    world.store.bind_intent(id, new_task("cgt-1"), at(2)).await.unwrap();
    let Opening::Known(known) = scope.open_intent(keyed_intent("k", 1), at(3)).await.unwrap()
    else {
        panic!("a second intent was opened");
    };
    assert_eq!((known.id, known.state), (id, IntentState::Bound));
    assert_eq!(known.task.unwrap().as_str(), "cgt-1");
    world.finish().await;
}

#[tokio::test]
async fn p10_the_same_key_with_another_body_is_a_conflict() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    opened(scope.open_intent(keyed_intent("k", 1), NOW).await.unwrap());
    let answer = scope.open_intent(keyed_intent("k", 2), at(1)).await.unwrap();
    assert_eq!(answer, Opening::Conflict);
    // Another key, and no key at all, have nothing to do with it.
    opened(scope.open_intent(keyed_intent("l", 2), NOW).await.unwrap());
    opened(scope.open_intent(intent(), NOW).await.unwrap());
    opened(scope.open_intent(intent(), NOW).await.unwrap());
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p10_parallel_twins_open_one_intent() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    for key in 0..10 {
        let twins: Vec<_> = (0..64)
            .map(|_| {
                let scope = scope.clone();
                let twin = keyed_intent(&key.to_string(), 1);
                tokio::spawn(async move { scope.open_intent(twin, NOW).await.unwrap() })
            })
            .collect();
        let (mut first, mut ids) = (0, HashSet::new());
        for twin in twins {
            match twin.await.unwrap() {
                Opening::Opened(id) => {
                    first += 1;
                    ids.insert(id);
                }
                Opening::Known(known) => drop(ids.insert(known.id)),
                Opening::Conflict
                | Opening::TooManyLiveTasks { .. }
                | Opening::OverBudget { .. } => {
                    panic!("the bodies are the same, and nothing is limited")
                }
            }
        }
        assert_eq!((first, ids.len()), (1, 1));
    }
    world.finish().await;
}

#[tokio::test]
async fn an_intent_that_bought_nothing_releases_its_key() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let refused = opened(scope.open_intent(keyed_intent("k", 1), NOW).await.unwrap());
    assert!(store.refuse_intent(refused, at(1)).await.unwrap());
    let abandoned = opened(scope.open_intent(keyed_intent("k", 2), at(2)).await.unwrap());
    assert!(store.mark_intent_unknown(abandoned, at(3)).await.unwrap());
    assert!(store.abandon_intent(abandoned, "ops", at(4)).await.unwrap());
    opened(scope.open_intent(keyed_intent("k", 3), at(5)).await.unwrap());
    for (id, state) in [(refused, IntentState::Refused), (abandoned, IntentState::Abandoned)] {
        assert_eq!(scope.find_intent(id).await.unwrap().unwrap().state, state);
    }
    world.finish().await;
}

#[tokio::test]
async fn a_closed_intent_stays_closed() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let refused = opened(scope.open_intent(intent(), NOW).await.unwrap());
    store.refuse_intent(refused, NOW).await.unwrap();
    let bound = opened(scope.open_intent(intent(), NOW).await.unwrap());
    store.bind_intent(bound, new_task("cgt-1"), NOW).await.unwrap();
    for id in [refused, bound] {
        assert!(!store.refuse_intent(id, at(1)).await.unwrap());
        assert!(!store.abandon_intent(id, "ops", at(1)).await.unwrap());
        assert!(!store.mark_intent_unknown(id, at(1)).await.unwrap());
    }
    world.finish().await;
}

#[tokio::test]
async fn p08_open_intents_are_found_oldest_first_until_they_are_closed() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let mut open = Vec::new();
    for second in 0..6 {
        open.push(opened(scope.open_intent(intent(), at(second)).await.unwrap()));
    }
    let elsewhere = NewIntent { upstream: "other".into(), ..intent() };
    scope.open_intent(elsewhere, NOW).await.unwrap();
    store.mark_intent_unknown(open[1], at(10)).await.unwrap();
    store.refuse_intent(open.remove(2), at(10)).await.unwrap();
    store.bind_intent(open.remove(3), new_task("cgt-1"), at(10)).await.unwrap();
    let page = store.open_intents(UPSTREAM, None, 3).await.unwrap();
    assert_eq!(page.iter().map(|intent| intent.id).collect::<Vec<_>>(), open[..3]);
    assert_eq!(page[1].state, IntentState::Unknown);
    let rest = store.open_intents(UPSTREAM, Some(page[2].id), 3).await.unwrap();
    assert_eq!(rest.iter().map(|intent| intent.id).collect::<Vec<_>>(), open[3..]);
    world.finish().await;
}

#[tokio::test]
async fn p08_tasks_that_somebody_owns_are_told_from_those_that_nobody_does() {
    let Some(world) = super::start().await else { return };
    let (acme, zeta) = (world.scope("acme").await, world.scope("zeta").await);
    let mine = world.task(&acme, "cgt-1", NOW).await;
    let theirs = world.task(&zeta, "cgt-2", NOW).await;
    acme.bury_task(&mine, at(1)).await.unwrap();
    let asked = [theirs.clone(), task_id("cgt-3"), mine.clone(), mine.clone()];
    let known = world.store.known_tasks(&asked).await.unwrap();
    assert_eq!(known.into_iter().collect::<Vec<_>>(), [mine, theirs]);
    world.finish().await;
}

#[tokio::test]
async fn an_intent_needs_a_recorded_tariff() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let tariff = "never recorded".into();
    let refusal = scope.open_intent(NewIntent { tariff, ..intent() }, NOW).await.unwrap_err();
    let source = std::error::Error::source(&refusal).unwrap();
    assert_eq!(refusal.to_string(), "cannot open an intent");
    assert_eq!(source.to_string(), "tariff `never recorded` is not recorded");
    world.finish().await;
}

#[tokio::test]
async fn p08_intents_that_a_search_closed_are_known_to_the_next_search() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let mut ids = Vec::new();
    for second in 0..5 {
        ids.push(opened(scope.open_intent(intent(), at(second)).await.unwrap()));
    }
    store.bind_intent(ids[0], new_task("cgt-0"), at(5)).await.unwrap();
    store.adopt_intent(ids[1], new_task("cgt-1"), "ops", at(5)).await.unwrap();
    store.abandon_intent(ids[2], "ops", at(5)).await.unwrap();
    store.refuse_intent(ids[3], at(5)).await.unwrap();
    let searched = async |upstream: &str, second| {
        let found = store.searched_intents(upstream, at(second)).await.unwrap();
        found.into_iter().map(|intent| (intent.id, intent.state)).collect::<Vec<_>>()
    };
    let adopted = (ids[1], IntentState::Adopted);
    let abandoned = (ids[2], IntentState::Abandoned);
    assert_eq!(searched(UPSTREAM, 0).await, [adopted, abandoned]);
    assert_eq!(searched(UPSTREAM, 2).await, [abandoned]);
    assert!(searched("other", 0).await.is_empty());
    world.finish().await;
}
