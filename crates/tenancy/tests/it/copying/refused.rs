//! What is not copied, and what is not filled: the reason is said, and nothing is changed.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::TempDir;
use tenancy::{Store, StoreCopy};

use super::filling::fill;
use super::{copy, reason, rows_of_file, url_of};
use crate::migrations::older_database;

async fn store_at(path: &Path, seed: u64) {
    let store = Store::open(&url_of(path)).await.unwrap();
    fill(&store, seed, 15).await;
    store.close().await.unwrap();
}

/// A folder with a filled store `a.db`, and the path of another beside it.
async fn pair() -> (TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("a.db"), folder.path().join("b.db"));
    store_at(&from, 1).await;
    (folder, from, to)
}

/// Why this copy is refused, at whatever step.
async fn refusal(from: &str, to: &str) -> String {
    reason(&copy(from, to, 10).await.unwrap_err())
}

#[tokio::test]
async fn a_store_is_not_copied_into_itself_by_whatever_name() {
    let (folder, from, _) = pair().await;
    let linked = folder.path().join("linked.db");
    fs::hard_link(&from, &linked).unwrap();
    let around = folder.path().join("../").join(folder.path().file_name().unwrap()).join("a.db");
    for to in [&from, &linked, &around] {
        let said = refusal(&url_of(&from), &url_of(to)).await;
        assert_eq!(said, "source and target are the same store; name two");
    }
}

#[tokio::test]
async fn a_source_that_is_no_store_is_refused() {
    let (folder, from, to) = pair().await;
    let missing = folder.path().join("c.db");
    let said = refusal(&url_of(&missing), &url_of(&to)).await;
    assert!(said.ends_with("c.db` does not exist; name the file of a store"), "{said}");
    Connection::open(&missing).unwrap().execute_batch("CREATE TABLE notes (a)").unwrap();
    let said = refusal(&url_of(&missing), &url_of(&to)).await;
    assert_eq!(said, "the source holds no store; name one that was served");
    fs::write(&missing, "not a database, but long enough to be looked at as one: ".repeat(20))
        .unwrap();
    let refused = copy(&url_of(&missing), &url_of(&to), 10).await.unwrap_err();
    assert!(refused.is_corrupt(), "{refused:?}");
    let refused = copy(&url_of(&from), &url_of(&missing), 10).await.unwrap_err();
    assert!(refused.is_corrupt(), "{refused:?}");
    assert!(!to.exists(), "no target was begun");
}

#[tokio::test]
async fn schemas_of_other_builds_are_refused_on_both_sides() {
    let (folder, from, to) = pair().await;
    let old = folder.path().join("old.db");
    older_database(&old, 5);
    Connection::open(&old)
        .unwrap()
        .execute_batch("INSERT INTO tariffs VALUES ('t', '{}', 0)")
        .unwrap();
    let before = fs::read(&old).unwrap();
    let said = refusal(&url_of(&old), &url_of(&to)).await;
    assert!(said.starts_with("the source has schema version 5, which is older than"), "{said}");
    let said = refusal(&url_of(&from), &url_of(&old)).await;
    assert!(said.starts_with("the target has schema version 5, which is older than"), "{said}");
    assert_eq!(fs::read(&old).unwrap(), before);
    let future = "INSERT INTO refinery_schema_history VALUES (99, 'from_the_future', '', '0')";
    Connection::open(&from).unwrap().execute_batch(future).unwrap();
    let said = refusal(&url_of(&from), &url_of(&to)).await;
    assert!(said.starts_with("the source has schema version 99, which is newer than"), "{said}");
    assert!(said.ends_with("use the newer build"), "{said}");
}

#[tokio::test]
async fn a_target_with_anything_else_is_refused_and_left_alone() {
    let (folder, from, to) = pair().await;
    // Another store.
    store_at(&to, 2).await;
    let before = fs::read(&to).unwrap();
    let said = refusal(&url_of(&from), &url_of(&to)).await;
    assert!(said.starts_with("the target holds rows in `tenants`"), "{said}");
    assert_eq!(fs::read(&to).unwrap(), before);
    // Somebody else's database.
    let foreign = folder.path().join("foreign.db");
    Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE notes (a)").unwrap();
    let before = fs::read(&foreign).unwrap();
    let said = refusal(&url_of(&from), &url_of(&foreign)).await;
    assert!(said.starts_with("the target has a table `notes`"), "{said}");
    assert_eq!(fs::read(&foreign).unwrap(), before);
    // A store without rows is as good as none.
    let empty = folder.path().join("empty.db");
    Store::open(&url_of(&empty)).await.unwrap().close().await.unwrap();
    copy(&url_of(&from), &url_of(&empty), 10).await.unwrap();
}

#[tokio::test]
async fn a_copy_that_another_source_began_is_refused_and_so_is_one_of_a_changed_source() {
    let (folder, from, to) = pair().await;
    let mut begun = StoreCopy::open(&url_of(&from), &url_of(&to), 10).await.unwrap();
    let contents = begun.read_source(&mut |_| ()).await.unwrap();
    begun.fill(&contents, &mut |_| ()).await.unwrap();
    begun.close().await;
    let other = folder.path().join("c.db");
    store_at(&other, 3).await;
    let rows = rows_of_file(&to);
    let said = refusal(&url_of(&other), &url_of(&to)).await;
    assert!(said.starts_with("the target holds a copy that was begun from another"), "{said}");
    let said = refusal(&url_of(&to), &url_of(&folder.path().join("d.db"))).await;
    assert!(said.starts_with("the source is a copy that is not finished"), "{said}");
    // One byte in one row is enough.
    let touch = "UPDATE tasks SET refreshed_at = refreshed_at + 1 WHERE seq = 1";
    Connection::open(&from).unwrap().execute_batch(touch).unwrap();
    let said = refusal(&url_of(&from), &url_of(&to)).await;
    assert!(said.starts_with("the target holds a copy that was begun from another"), "{said}");
    assert_eq!(rows_of_file(&to), rows);
}

#[tokio::test]
async fn p55_a_damaged_source_is_refused_before_a_target_is_begun() {
    let (_folder, from, to) = pair().await;
    // A bit of a reply: no rule of the database is broken, and only the seal tells.
    let turn = "UPDATE tasks SET body = x'00' WHERE seq = 3";
    Connection::open(&from).unwrap().execute_batch(turn).unwrap();
    let refused = StoreCopy::open(&url_of(&from), &url_of(&to), 10).await.unwrap_err();
    assert!(refused.is_corrupt(), "{refused:?}");
    assert!(reason(&refused).contains("is not in the file as it was written"), "{refused:?}");
    assert!(!to.exists());
}
