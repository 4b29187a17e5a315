//! The command killed with SIGKILL, again and again: no half copy is served, and the same command
//! goes on until it is whole.

use std::path::Path;
use std::time::{Duration, Instant};

use super::{command, configured, copies, phanedge, text, url_of};
use crate::cluster::Cluster;
use crate::ledger::books::{Books, SALE, sell};

const SALES: usize = 250;
/// Rows in one commit: a few dozen commits.
const BATCH: &str = "20";
const KILLS: u32 = 40;

/// Books with so many sales, closed.
async fn books() -> Books {
    let books = Books::open().await;
    let scope = books.tenant("acme").await;
    for number in 0..SALES {
        sell(&books.store, &scope, SALE, &format!("cgt-{number}")).await;
    }
    books.store.close().await.unwrap();
    books
}

/// One copy into `to`, killed at this moment. `true`: it came to its end before.
fn killed_after(from: &str, to: &str, moment: Duration) -> bool {
    let arguments = ["store", "copy", "--from", from, "--to", to, "--batch", BATCH];
    let mut copy = command(&arguments).spawn().unwrap();
    let started = Instant::now();
    while started.elapsed() < moment {
        if let Some(ended) = copy.try_wait().unwrap() {
            assert!(ended.success());
            return true;
        }
        std::thread::yield_now();
    }
    copy.kill().unwrap();
    copy.wait().unwrap().success()
}

/// A server starts on this only when it is whole.
fn is_no_store(folder: &Path, url: &str) -> bool {
    let config = configured(folder, url);
    let listed = phanedge(&["tenant", "list", "--config", &config]);
    if listed.status.success() {
        return false;
    }
    let served = phanedge(&["serve", "--config", &config]);
    assert_eq!(served.status.code(), Some(1));
    let told = text(&served.stderr);
    assert!(
        told.contains("cannot open the store: a copy into this store is not finished"),
        "{told}"
    );
    true
}

async fn survives_kills(whole: &str, to: &str) {
    let books = books().await;
    let folder = tempfile::tempdir().unwrap();
    let from = url_of(&books.file());
    let started = Instant::now();
    copies(&from, whole);
    let all = started.elapsed();
    let mut refused = 0;
    for kill in 1..=KILLS {
        if killed_after(&from, to, all * kill / KILLS) {
            break;
        }
        refused += u32::from(is_no_store(folder.path(), to));
    }
    let ended = copies(&from, to);
    assert!(ended.contains("verified") || ended.contains("finished already"), "{ended}");
    // Both are the source, to the last byte, and are left alone now.
    for url in [whole, to] {
        let again = copies(&from, url);
        assert!(again.starts_with("the copy is finished already"), "{again}");
    }
    assert!(refused > 0, "no kill came in the middle");
}

#[tokio::test(flavor = "multi_thread")]
async fn p58_a_copy_into_a_file_survives_kills_at_any_moment() {
    let folder = tempfile::tempdir().unwrap();
    let [whole, to] = ["whole.db", "b.db"].map(|name| url_of(&folder.path().join(name)));
    survives_kills(&whole, &to).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p58_a_copy_into_postgresql_survives_kills_at_any_moment() {
    let Some(cluster) = Cluster::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    survives_kills(&url_of(&folder.path().join("whole.db")), &cluster.url()).await;
}
