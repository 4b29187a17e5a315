//! Intents of the library: durable before the answer, closed once, found until then.

use std::error::Error;

use seedance_model::MediaKind;
use tenancy::{IntentState, LibraryIntent, NewLibraryIntent, NewLibraryItem, Store};

use crate::support::{NOW, UPSTREAM, at, group_intent, image_intent, library_id};

async fn open_intents(store: &Store) -> Vec<LibraryIntent> {
    store.open_library_intents(UPSTREAM, None, 100).await.unwrap()
}

#[tokio::test]
async fn an_intent_of_the_library_is_found_as_it_was_opened() {
    let Some(world) = super::start().await else { return };
    let tenant = world.tenant("acme").await;
    let scope = world.store.scope(&tenant);
    let group = world.group(&scope, "group-1").await;
    for kind in MediaKind::ALL {
        for name in [None, Some("a; DROP TABLE assets".to_owned())] {
            let creates = NewLibraryItem::Asset { group: group.clone(), kind, name };
            let intent = NewLibraryIntent { upstream: UPSTREAM.into(), creates: creates.clone() };
            let id = scope.open_library_intent(intent, at(3)).await.unwrap();
            let found = open_intents(&world.store).await.pop().unwrap();
            assert_eq!((found.id, found.tenant, found.creates), (id, tenant.id, creates));
            assert_eq!((found.upstream.as_str(), found.state), (UPSTREAM, IntentState::Sent));
            assert_eq!((found.opened_at, found.item), (at(3), None));
        }
    }
    world.finish().await;
}

#[tokio::test]
async fn p08_an_intent_of_the_library_survives_its_writer() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let group = world.group(&scope, "group-1").await;
    let group_id = scope.open_library_intent(group_intent(), NOW).await.unwrap();
    let asset_id = scope.open_library_intent(image_intent(&group), NOW).await.unwrap();
    // Another store reads the files, not the first one's memory.
    let other = Store::open(&world.url()).await.unwrap();
    let kept: Vec<_> = open_intents(&other).await.into_iter().map(|intent| intent.id).collect();
    assert_eq!(kept, [group_id, asset_id]);
    world.finish().await;
}

#[tokio::test]
async fn p08_open_intents_of_the_library_come_oldest_first_until_they_are_closed() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let mut open = Vec::new();
    for second in 0..6 {
        open.push(scope.open_library_intent(group_intent(), at(second)).await.unwrap());
    }
    let elsewhere = NewLibraryIntent { upstream: "other".into(), ..group_intent() };
    scope.open_library_intent(elsewhere, NOW).await.unwrap();
    assert!(store.mark_library_intent_unknown(open[1], at(10)).await.unwrap());
    assert!(store.refuse_library_intent(open.remove(2), at(10)).await.unwrap());
    store.bind_library_intent(open.remove(3), &library_id("group-1"), at(10)).await.unwrap();
    let page = store.open_library_intents(UPSTREAM, None, 3).await.unwrap();
    assert_eq!(page.iter().map(|intent| intent.id).collect::<Vec<_>>(), open[..3]);
    assert_eq!(page[1].state, IntentState::Unknown);
    let rest = store.open_library_intents(UPSTREAM, Some(page[2].id), 3).await.unwrap();
    assert_eq!(rest.iter().map(|intent| intent.id).collect::<Vec<_>>(), open[3..]);
    world.finish().await;
}

#[tokio::test]
async fn a_closed_intent_of_the_library_stays_closed() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let [refused, abandoned, bound] = {
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(scope.open_library_intent(group_intent(), NOW).await.unwrap());
        }
        ids.try_into().unwrap()
    };
    assert!(store.refuse_library_intent(refused, at(1)).await.unwrap());
    assert!(store.mark_library_intent_unknown(abandoned, at(1)).await.unwrap());
    assert!(store.abandon_library_intent(abandoned, "reconciler", at(2)).await.unwrap());
    store.bind_library_intent(bound, &library_id("group-1"), at(1)).await.unwrap();
    for id in [refused, abandoned, bound] {
        assert!(!store.refuse_library_intent(id, at(3)).await.unwrap());
        assert!(!store.mark_library_intent_unknown(id, at(3)).await.unwrap());
        assert!(!store.abandon_library_intent(id, "reconciler", at(3)).await.unwrap());
    }
    assert!(open_intents(store).await.is_empty());
    let log = store.audit_page(None, 10).await.unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!((log[0].actor.as_str(), log[0].at), ("reconciler", at(2)));
    assert_eq!(log[0].action, "abandon-library-intent");
    assert_eq!(log[0].subject, format!("library intent {abandoned}"));
    world.finish().await;
}

#[tokio::test]
async fn p14_an_asset_goes_into_the_tenants_own_group_in_the_same_account() {
    let Some(world) = super::start().await else { return };
    let (acme, zeta) = (world.scope("acme").await, world.scope("zeta").await);
    let group = world.group(&acme, "group-1").await;
    let elsewhere = NewLibraryIntent { upstream: "other".into(), ..image_intent(&group) };
    let missing = image_intent(&library_id("group-2"));
    for (scope, intent, named) in [
        (&zeta, image_intent(&group), "group-1"),
        (&acme, elsewhere, "group-1"),
        (&acme, missing, "group-2"),
    ] {
        let refusal = scope.open_library_intent(intent, NOW).await.unwrap_err();
        assert_eq!(refusal.to_string(), "cannot open an intent of the library");
        let reason = format!("group `{named}` is not the tenant's in this upstream account");
        assert_eq!(refusal.source().unwrap().to_string(), reason);
    }
    assert!(open_intents(&world.store).await.is_empty());
    world.finish().await;
}
