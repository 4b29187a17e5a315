//! While a copy is under way: nobody writes to its source, nobody serves either side, and the
//! target is no store until the end.

use tenancy::{Store, StoreCopy};

use super::filling::fill;
use super::{reason, url_of};
use crate::support::{NOW, tenant_of};

/// From a filled store at `from` to an empty one at `to`, stopping at each step.
async fn is_held(from: &str, to: &str) {
    let store = Store::open(from).await.unwrap();
    fill(&store, 3, 20).await;
    let serving = store.lock_for_serving().await.unwrap();
    let served = StoreCopy::open(from, to, 10).await.unwrap_err();
    assert!(reason(&served).starts_with("a server runs on the source"), "{served:?}");
    drop(serving);
    let mut copy = soon_open(from, to).await;

    // The source can be read, and keeps what nobody can change.
    assert_eq!(store.list_tenants().await.unwrap().len(), 3);
    let refused = store.create_tenant(tenant_of("late"), NOW).await.unwrap_err();
    assert!(refused.is_busy(), "{refused:?}");
    assert!(store.lock_for_serving().await.unwrap_err().is_locked());
    let second = StoreCopy::open(from, to, 10).await.unwrap_err();
    assert!(reason(&second).contains("or another copy"), "{second:?}");

    let contents = copy.read_source(&mut |_| ()).await.unwrap();
    let mut heard = Vec::new();
    copy.fill(&contents, &mut |done| heard.push(done)).await.unwrap();
    assert!(heard.is_sorted() && heard.last() == Some(&contents.rows()), "{heard:?}");
    let refused = Store::open(to).await.unwrap_err();
    assert!(refused.is_unfinished_copy(), "{refused:?}");
    assert!(reason(&refused).starts_with("a copy into this store is not finished"));
    let target = copy.target().await.unwrap();
    assert!(target.audit().await.unwrap().is_clean());
    assert!(target.lock_for_serving().await.unwrap_err().is_locked());
    target.close().await.unwrap();
    copy.finish().await.unwrap();

    // Both are stores again.
    for url in [from, to] {
        let store = Store::open(url).await.unwrap();
        assert!(store.create_tenant(tenant_of("late"), NOW).await.unwrap().is_some());
        store.close().await.unwrap();
    }
    store.close().await.unwrap();
}

/// The lock of a server that has just stopped goes with its session.
async fn soon_open(from: &str, to: &str) -> StoreCopy {
    loop {
        match StoreCopy::open(from, to, 10).await {
            Ok(copy) => return copy,
            Err(error) => assert!(reason(&error).starts_with("a server runs"), "{error:?}"),
        }
    }
}

#[tokio::test]
async fn p01_a_file_that_is_copied_takes_no_write_that_the_copy_would_miss() {
    let folder = tempfile::tempdir().unwrap();
    let [from, to] = ["a.db", "b.db"].map(|name| url_of(&folder.path().join(name)));
    is_held(&from, &to).await;
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn p01_a_database_that_is_copied_takes_no_write_that_the_copy_would_miss() {
    let Some(from) = crate::cluster::database().await else { return };
    let to = crate::cluster::create_database(&from).await;
    is_held(&from, &to).await;
}

#[tokio::test]
async fn a_source_that_is_written_to_is_not_copied() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("a.db"), url_of(&folder.path().join("b.db")));
    let store = Store::open(&url_of(&from)).await.unwrap();
    fill(&store, 4, 15).await;
    store.close().await.unwrap();
    let writer = rusqlite::Connection::open(&from).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = StoreCopy::open(&url_of(&from), &to, 10).await.unwrap_err();
    assert!(reason(&refused).starts_with("somebody writes to the source"), "{refused:?}");
    writer.execute_batch("COMMIT").unwrap();
    StoreCopy::open(&url_of(&from), &to, 10).await.unwrap();
}
