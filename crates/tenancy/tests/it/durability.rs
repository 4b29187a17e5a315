//! What was acknowledged is in the files, whatever happens to the process.

use std::fs;

use seedance_model::TaskStatus;
use tenancy::{SettlementState, Store};

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
