//! What comes back from a copy of a copy is what went in, to the last byte.

use std::env;

use tempfile::TempDir;
use tenancy::{Filled, Store};

use super::filling::fill;
use super::{copy, rows_of_file, tables, texts, url_of};
use crate::migrations::schema;
use crate::support::{NOW, tenant_of};

/// A closed store with every kind of row in a folder of its own.
async fn filled(seed: u64, tasks: u64) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&url_of(&folder.path().join("a.db"))).await.unwrap();
    fill(&store, seed, tasks).await;
    assert!(store.audit().await.unwrap().is_clean());
    store.close().await.unwrap();
    folder
}

fn seed() -> u64 {
    let seed = env::var_os("TENANCY_SEED").map(|seed| seed.to_str().unwrap().parse().unwrap());
    seed.unwrap_or_else(|| u64::from(std::process::id()))
}

#[tokio::test]
async fn the_stories_have_every_kind_of_row() {
    let folder = filled(1, 40).await;
    let file = rusqlite::Connection::open(folder.path().join("a.db")).unwrap();
    for (column, table, kinds) in [
        ("state", "intents", 6),
        ("status", "tasks", 6),
        ("settlement", "tasks", 5),
        ("state", "library_intents", 6),
        ("kind", "assets", 3),
        ("status", "assets", 3),
    ] {
        let found = texts(&file, &format!("SELECT DISTINCT {column} FROM {table}"));
        assert_eq!(found.len(), kinds, "{table}.{column}: {found:?}");
    }
    for (table, rows) in rows_of_file(&folder.path().join("a.db")) {
        assert!(!rows.is_empty(), "{table}");
    }
}

/// The same store through `other`, a database that is empty, and back into a file.
async fn goes_through(seed: u64, other: &str) {
    let folder = filled(seed, 60).await;
    let (there, back) = (folder.path().join("a.db"), folder.path().join("back.db"));
    let (first, contents) = copy(&url_of(&there), other, 7).await.unwrap();
    assert_eq!(first, Filled::Now { resumed_at: 0 });
    let (_, again) = copy(other, &url_of(&back), 11).await.unwrap();
    assert_eq!(again, contents, "seed {seed}");
    assert_eq!(rows_of_file(&back), rows_of_file(&there), "seed {seed}");
    assert_eq!(schema(&back), schema(&there));
    let known = rows_of_file(&there).into_keys().collect::<Vec<_>>();
    let mut copied = tables(&contents);
    copied.sort_unstable();
    assert_eq!(copied, known, "a table of the schema is not copied");
    for url in [other, &url_of(&back)] {
        is_a_store(url).await;
    }
}

/// It works on, and its numbers go on after those that are there.
async fn is_a_store(url: &str) {
    let store = Store::open(url).await.unwrap();
    assert!(store.audit().await.unwrap().is_clean());
    let before = store.list_tenants().await.unwrap();
    let last = store.newest_ledger_entries(1).await.unwrap().remove(0).entry_id;
    let tenant = store.create_tenant(tenant_of("late"), NOW).await.unwrap().unwrap();
    assert!(before.iter().all(|known| known.id != tenant.id));
    fill_more(&store, &tenant).await;
    let newest = store.newest_ledger_entries(1).await.unwrap().remove(0);
    assert_eq!(newest.entry_id, last + 1);
    assert!(store.audit().await.unwrap().is_clean());
    store.close().await.unwrap();
}

/// One of each row that is numbered.
async fn fill_more(store: &Store, tenant: &tenancy::Tenant) {
    use crate::support::{group_intent, image_intent, intent, library_id, new_task, opened, seen};
    let scope = store.scope(tenant);
    store
        .issue_token(tenant.id, &tenancy::Token::generate().unwrap(), None, None, NOW)
        .await
        .unwrap();
    let id = opened(scope.open_intent(intent(), NOW).await.unwrap());
    let task = new_task("cgt-late");
    let name = task.id.clone();
    store.bind_intent(id, task, NOW).await.unwrap();
    let observed = seen(&name, seedance_model::TaskStatus::Succeeded, NOW);
    store.record_observation(observed).await.unwrap();
    let group = library_id("group-late");
    let id = scope.open_library_intent(group_intent(), NOW).await.unwrap();
    store.bind_library_intent(id, &group, NOW).await.unwrap();
    let id = scope.open_library_intent(image_intent(&group), NOW).await.unwrap();
    store.bind_library_intent(id, &library_id("asset-late"), NOW).await.unwrap();
    store.record_audit("ann", "did", "it", "late", NOW).await.unwrap();
}

#[tokio::test]
async fn a_store_goes_through_another_file_and_back_unchanged() {
    let seed = seed();
    for seed in seed..seed + 3 {
        let folder = tempfile::tempdir().unwrap();
        goes_through(seed, &url_of(&folder.path().join("other.db"))).await;
    }
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_store_goes_through_postgresql_and_back_unchanged() {
    let seed = seed();
    for seed in seed..seed + 3 {
        let Some(other) = crate::cluster::database().await else { return };
        goes_through(seed, &other).await;
    }
}

#[tokio::test]
async fn a_finished_copy_is_known_and_left_alone() {
    let folder = filled(5, 20).await;
    let (from, to) = (folder.path().join("a.db"), folder.path().join("b.db"));
    copy(&url_of(&from), &url_of(&to), 100).await.unwrap();
    let before = std::fs::read(&to).unwrap();
    let (filled, _) = copy(&url_of(&from), &url_of(&to), 100).await.unwrap();
    assert_eq!(filled, Filled::Before);
    assert_eq!(std::fs::read(&to).unwrap(), before);
}
