//! A disk that fails to sync, or is slow to: no commit is acknowledged that is not on it.

use std::path::Path;

use tenancy::Store;

use crate::child::{self, store_in};
use crate::support::{NOW, TARIFF, intent, opened, run, tenant_of};

/// How many intents a child tries to open.
const TRIES: usize = 30;

/// A closed store with one tenant.
fn prepare(folder: &Path) {
    run(async {
        let store = Store::open(&store_in(folder)).await.unwrap();
        store.record_tariff(TARIFF, "{}", NOW).await.unwrap();
        store.create_tenant(tenant_of("acme"), NOW).await.unwrap().unwrap();
        store.close().await.unwrap();
    });
}

/// The child: one intent after the other, and a line for what became of it.
fn open_intents(folder: &Path) {
    run(async {
        let store = open_at_last(folder).await;
        let tenant = store.list_tenants().await.unwrap().remove(0);
        let scope = store.scope(&tenant);
        for _ in 0..TRIES {
            match scope.open_intent(intent(), NOW).await {
                Ok(opening) => println!("kept {}", opened(opening)),
                Err(error) => println!("refused {:?}", std::error::Error::source(&error)),
            }
        }
        assert!(store.audit().await.unwrap().is_clean());
    });
}

/// The store, although the disk may fail while it is opened.
async fn open_at_last(folder: &Path) -> Store {
    for _ in 0..TRIES {
        if let Ok(store) = Store::open(&store_in(folder)).await {
            return store;
        }
    }
    panic!("the store does not open any more");
}

/// The intents of which the child was told that they are kept, and how many were refused.
fn told(said: &str) -> (Vec<String>, usize) {
    let kept = said.lines().filter_map(|line| Some(line.split_once("kept ")?.1.to_owned()));
    (kept.collect(), said.matches("refused ").count())
}

/// The intents that are in the store after the child.
fn found(folder: &Path) -> Vec<String> {
    run(async {
        let store = Store::open(&store_in(folder)).await.unwrap();
        assert!(store.audit().await.unwrap().is_clean());
        let open = store.open_intents("default", None, 10_000).await.unwrap();
        store.close().await.unwrap();
        open.into_iter().map(|intent| intent.id.to_string()).collect()
    })
}

#[test]
fn p51_a_commit_whose_sync_failed_is_not_acknowledged_and_costs_the_connection() {
    let test =
        "failing_disk::p51_a_commit_whose_sync_failed_is_not_acknowledged_and_costs_the_connection";
    if let Some(folder) = child::child_folder() {
        return open_intents(&folder);
    }
    if !child::can_watch(test) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let ended = child::run(test, folder.path(), "fsync,fdatasync:error=EIO:when=8..10");
    let (kept, refused) = told(&ended.said);
    assert_eq!(refused, 3, "{}", ended.said);
    assert_eq!(kept.len(), TRIES - 3, "it goes on without a restart");
    let found = found(folder.path());
    assert!(kept.iter().all(|id| found.contains(id)), "{kept:?} {found:?}");
    // After each failure the log is opened anew.
    for after in ended.calls.split("(INJECTED)").skip(1) {
        assert!(after.contains("store.db-wal\", O_RDWR"), "{after}");
    }
}

#[test]
fn p51_the_disk_may_fail_at_any_write_or_sync() {
    let test = "failing_disk::p51_the_disk_may_fail_at_any_write_or_sync";
    if let Some(folder) = child::child_folder() {
        return open_intents(&folder);
    }
    if !child::can_watch(test) {
        return;
    }
    for fault in [
        "pwrite64:error=EIO:when=20..25",
        "pwrite64:error=EIO:when=12+7",
        "pwrite64:error=ENOSPC:when=40..60",
        "fsync,fdatasync:error=EIO:when=4+3",
    ] {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path());
        let ended = child::run(test, folder.path(), fault);
        let (kept, refused) = told(&ended.said);
        assert!(ended.was_hit() && refused > 0, "{fault}: {}", ended.said);
        let found = found(folder.path());
        assert!(kept.iter().all(|id| found.contains(id)), "{fault}: {kept:?} {found:?}");
    }
}

#[test]
fn p52_a_slow_sync_loses_no_acknowledgement() {
    let test = "failing_disk::p52_a_slow_sync_loses_no_acknowledgement";
    if let Some(folder) = child::child_folder() {
        return open_intents(&folder);
    }
    if !child::can_watch(test) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let ended = child::run(test, folder.path(), "fsync,fdatasync:delay_enter=50000");
    let (kept, refused) = told(&ended.said);
    assert_eq!((kept.len(), refused), (TRIES, 0), "{}", ended.said);
    assert_eq!(found(folder.path()), kept);
}
