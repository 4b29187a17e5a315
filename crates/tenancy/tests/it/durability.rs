//! What was acknowledged is in the files, whatever happens to the process.

use std::fs;

use seedance_model::{LibraryId, TaskStatus};
use tenancy::{NewLibraryIntent, NewLibraryItem, SettlementState, Store};

use crate::support::{NOW, UPSTREAM, World, at, image_intent, keyed_intent, opened, task_id};

#[tokio::test]
async fn p01_what_was_acknowledged_is_found_after_a_crash() {
    let world = World::start().await;
    let tenant = world.tenant("acme").await;
    let scope = world.store.scope(&tenant);
    for number in 0..25 {
        let intent =
            opened(scope.open_intent(keyed_intent(&number.to_string(), 1), NOW).await.unwrap());
        let task = world.task(&scope, &format!("cgt-{number}"), at(number)).await;
        world.observe(&task, TaskStatus::Succeeded, at(number)).await;
        let group = world.group(&scope, &format!("group-{number}")).await;
        let asset = world.asset(&scope, &group, &format!("asset-{number}")).await;
        let sent = scope.open_library_intent(image_intent(&group), NOW).await.unwrap();
        // The files as they are at this moment are all that a killed process leaves behind.
        let crashed = tempfile::tempdir().unwrap();
        for name in ["store.db", "store.db-wal"] {
            let from = world.path().with_file_name(name);
            fs::copy(from, crashed.path().join(name)).unwrap();
        }
        let url = format!("sqlite:{}", crashed.path().join("store.db").display());
        let store = Store::open(&url).await.unwrap();
        let scope = store.scope(&tenant);
        let found = scope.find_task(&task).await.unwrap().unwrap();
        assert_eq!(found.settlement, SettlementState::Charged);
        assert!(scope.ledger_entry(&task).await.unwrap().is_some());
        let open = store.open_intents(UPSTREAM, None, 100).await.unwrap();
        assert_eq!(open.last().unwrap().id, intent);
        assert_eq!(scope.find_asset(asset.as_str()).await.unwrap().unwrap().group, group);
        let open = store.open_library_intents(UPSTREAM, None, 100).await.unwrap();
        assert_eq!(open.last().unwrap().id, sent);
        assert!(store.audit().await.unwrap().is_clean());
    }
    world.finish().await;
}

#[tokio::test]
async fn another_store_sees_a_write_once_it_is_acknowledged() {
    let world = World::start().await;
    let other = Store::open(&world.url()).await.unwrap();
    let tenant = world.tenant("acme").await;
    let there = other.scope(&tenant);
    let here = world.store.scope(&tenant);
    for number in 0..50 {
        let id = format!("cgt-{number}");
        world.task(&here, &id, NOW).await;
        assert!(there.find_task(&task_id(&id)).await.unwrap().is_some());
    }
    world.finish().await;
}

#[tokio::test]
async fn p27_odd_names_of_groups_and_accounts_come_back_as_they_were() {
    let world = World::start().await;
    let scope = world.scope("acme").await;
    for odd in ["\0", "a\0b", "'; DROP TABLE assets; --", "\u{feff}\u{202e}\u{10ffff}", ""] {
        let creates = NewLibraryItem::Group { name: odd.to_owned() };
        let intent = NewLibraryIntent { upstream: odd.to_owned(), creates: creates.clone() };
        let id = scope.open_library_intent(intent, NOW).await.unwrap();
        let found = world.store.open_library_intents(odd, None, 10).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0].upstream, &found[0].creates), (&odd.to_owned(), &creates));
        let group = LibraryId::parse(&format!("group-{id}")).unwrap();
        world.store.bind_library_intent(id, &group, NOW).await.unwrap();
        assert_eq!(scope.group_ids(odd).await.unwrap(), [group]);
    }
    world.finish().await;
}

#[tokio::test]
async fn p27_nul_and_odd_text_come_back_as_they_were() {
    let world = World::start().await;
    let tenant = world.tenant("acme").await;
    let scope = world.store.scope(&tenant);
    for odd in ["\0", "a\0b", "'; DROP TABLE tasks; --", "\u{feff}\u{202e}\u{10ffff}", ""] {
        let mut intent = keyed_intent(odd, 1);
        odd.clone_into(&mut intent.terms);
        odd.clone_into(&mut intent.upstream);
        let id = opened(scope.open_intent(intent.clone(), NOW).await.unwrap());
        let found = scope.find_intent(id).await.unwrap().unwrap();
        assert_eq!((found.terms.as_str(), found.upstream.as_str()), (odd, odd));
        let version = format!("v{odd}");
        world.store.record_tariff(&version, odd, NOW).await.unwrap();
        let document = world.store.tariff_document(&version).await.unwrap();
        assert_eq!(document.as_deref(), Some(odd));
        assert_eq!(world.store.open_intents(odd, None, 10).await.unwrap(), [found]);
    }
    world.finish().await;
}
