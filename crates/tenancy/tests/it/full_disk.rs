//! A full disk: reads go on, writes say so, nothing is lost, and room is all that it takes.

use tenancy::Store;

use crate::child::store_in;
use crate::disk::SmallDisk;
use crate::support::{NOW, TARIFF, at, intent, new_task, opened, task_id, tenant_of};

#[tokio::test]
async fn p50_a_full_disk_refuses_writes_serves_reads_and_heals() {
    let Some(disk) = SmallDisk::mount("p50_a_full_disk", "1m") else { return };
    let store = Store::open(&store_in(disk.path())).await.unwrap();
    store.record_tariff(TARIFF, "{}", NOW).await.unwrap();
    let tenant = store.create_tenant(tenant_of("acme"), NOW).await.unwrap().unwrap();
    let scope = store.scope(&tenant);
    store.check_writable().await.unwrap();
    let mut kept = Vec::new();
    let full = loop {
        match scope.open_intent(intent(), NOW).await {
            Ok(opening) => kept.push(opened(opening)),
            Err(error) => break error,
        }
    };
    assert!(full.is_full(), "{full:?}");
    let unwritable = store.check_writable().await.unwrap_err();
    assert!(unwritable.is_full(), "{unwritable:?}");
    // An intent that was opened in time is read, and what came of it cannot be kept yet.
    let bought = kept[0];
    assert!(scope.find_intent(bought).await.unwrap().is_some());
    let unbound = store.bind_intent(bought, new_task("cgt-1"), at(1)).await.unwrap_err();
    assert!(unbound.is_full(), "{unbound:?}");

    disk.resize("8m");
    store.check_writable().await.unwrap();
    store.bind_intent(bought, new_task("cgt-1"), at(1)).await.unwrap();
    assert!(scope.find_task(&task_id("cgt-1")).await.unwrap().is_some());
    let open = store.open_intents("default", None, 10_000).await.unwrap();
    let open: Vec<_> = open.into_iter().map(|intent| intent.id).collect();
    assert_eq!(open, kept[1..], "what was refused is not there, and what was kept is");
    assert!(store.audit().await.unwrap().is_clean());
    store.close().await.unwrap();
}

#[tokio::test]
async fn p50_a_disk_that_fills_again_and_again_loses_nothing() {
    let Some(disk) = SmallDisk::mount("p50_a_disk_that_fills", "4m") else { return };
    let store = Store::open(&store_in(disk.path())).await.unwrap();
    store.record_tariff(TARIFF, "{}", NOW).await.unwrap();
    let tenant = store.create_tenant(tenant_of("acme"), NOW).await.unwrap().unwrap();
    let scope = store.scope(&tenant);
    let mut kept = Vec::new();
    for _ in 0..20 {
        disk.fill();
        // Room in the log that is there already may let some through.
        while let Ok(opening) = scope.open_intent(intent(), NOW).await {
            kept.push(opened(opening));
        }
        disk.free();
        kept.push(opened(scope.open_intent(intent(), NOW).await.unwrap()));
    }
    store.close().await.unwrap();
    let store = Store::open(&store_in(disk.path())).await.unwrap();
    let open = store.open_intents("default", None, 10_000).await.unwrap();
    assert_eq!(open.into_iter().map(|intent| intent.id).collect::<Vec<_>>(), kept);
    assert!(store.audit().await.unwrap().is_clean());
}
