//! Another process holds the file: it is waited for, and nobody hears "busy" too soon.

use std::time::Duration;

use seedance_model::AssetStatus;
use tenancy::NewTenant;
use tokio::time::timeout;

use crate::support::{NOW, TARIFF, World, at, tenant_of};

fn new_tenant(number: usize) -> NewTenant {
    tenant_of(&format!("tenant-{number}"))
}

#[tokio::test]
async fn p53_another_process_that_holds_the_database_is_waited_for() {
    let world = World::start().await;
    let outsider = world.outsider();
    for number in 0..3 {
        outsider.execute_batch("BEGIN EXCLUSIVE").unwrap();
        let mut write = Box::pin(world.store.create_tenant(new_tenant(number), NOW));
        let early = timeout(Duration::from_millis(200), &mut write).await;
        assert!(early.is_err(), "the write did not wait");
        // Reading goes on meanwhile.
        let read = timeout(Duration::from_secs(5), world.store.tariff_document(TARIFF)).await;
        assert!(read.unwrap().unwrap().is_some());
        outsider.execute_batch("COMMIT").unwrap();
        assert!(write.await.unwrap().is_some());
    }
    world.finish().await;
}

#[tokio::test]
async fn a_database_that_is_held_too_long_is_busy_and_then_works_again() {
    let world = World::start().await;
    let outsider = world.outsider();
    outsider.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refusal = world.store.create_tenant(new_tenant(0), NOW).await.unwrap_err();
    assert!(refusal.is_busy(), "{refusal:?}");
    outsider.execute_batch("ROLLBACK").unwrap();
    assert!(world.store.create_tenant(new_tenant(0), NOW).await.unwrap().is_some());
    world.finish().await;
}

#[tokio::test]
async fn the_same_status_again_is_not_written() {
    let world = World::start().await;
    let scope = world.scope("acme").await;
    let group = world.group(&scope, "group-1").await;
    world.asset(&scope, &group, "asset-1").await;
    scope.record_asset_status("asset-1", AssetStatus::Active, NOW).await.unwrap();
    // Another process holds the database, so a write would wait.
    let outsider = world.outsider();
    outsider.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(scope.record_asset_status("asset-1", AssetStatus::Active, at(1)).await.unwrap());
    outsider.execute_batch("ROLLBACK").unwrap();
    world.finish().await;
}
