//! Backups of a file, beside whoever writes to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tenancy::{Store, TenantName};

use super::filling::fill;
use super::{rows_of_file, url_of};
use crate::support::{NOW, tenant_of};

#[tokio::test]
async fn a_backup_has_every_row() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("a.db"), folder.path().join("b.db"));
    let store = Store::open(&url_of(&from)).await.unwrap();
    fill(&store, 2, 30).await;
    let (heard, last) = (Arc::new(AtomicU64::new(0)), folder.path().join("c.db"));
    let hear = Arc::clone(&heard);
    let pages = move |done, all| {
        assert!(done <= all);
        hear.fetch_add(1, Ordering::SeqCst);
    };
    store.back_up(&to, pages).await.unwrap();
    store.back_up(&last, |_, _| ()).await.unwrap();
    assert_eq!(std::fs::read(&to).unwrap(), std::fs::read(&last).unwrap());
    store.close().await.unwrap();
    assert_eq!(rows_of_file(&to), rows_of_file(&from));
    let backup = Store::open(&url_of(&to)).await.unwrap();
    assert!(backup.audit().await.unwrap().is_clean());
    backup.close().await.unwrap();
}

/// Writers go on all the time; each backup has what was answered before it began.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p01_a_backup_under_load_has_all_that_was_acknowledged_before() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&url_of(&folder.path().join("a.db"))).await.unwrap();
    fill(&store, 6, 200).await;
    let (acknowledged, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let writer = tokio::spawn({
        let (store, acknowledged, stop) = (store.clone(), acknowledged.clone(), stop.clone());
        async move {
            while !stop.load(Ordering::SeqCst) {
                let number = acknowledged.load(Ordering::SeqCst);
                let tenant = tenant_of(&format!("tenant-{number}"));
                store.create_tenant(tenant, NOW).await.unwrap().unwrap();
                acknowledged.store(number + 1, Ordering::SeqCst);
            }
        }
    });
    for round in 0..10 {
        let to = folder.path().join(format!("backup-{round}.db"));
        let before = acknowledged.load(Ordering::SeqCst);
        store.back_up(&to, |_, _| ()).await.unwrap();
        let backup = Store::open(&url_of(&to)).await.unwrap();
        assert!(backup.audit().await.unwrap().is_clean(), "round {round}");
        for number in 0..before {
            let name = TenantName::parse(&format!("tenant-{number}")).unwrap();
            assert!(backup.find_tenant(&name).await.unwrap().is_some(), "{name}, round {round}");
        }
        backup.close().await.unwrap();
    }
    stop.store(true, Ordering::SeqCst);
    writer.await.unwrap();
    assert!(acknowledged.load(Ordering::SeqCst) > 0);
    store.close().await.unwrap();
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_database_on_a_server_is_not_backed_up_here() {
    let Some(url) = crate::cluster::migrated_database().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&url).await.unwrap();
    let refused = store.back_up(&folder.path().join("b.db"), |_, _| ()).await.unwrap_err();
    assert!(super::reason(&refused).contains("by the means of the server"), "{refused:?}");
    store.close().await.unwrap();
}
