//! What can be opened, what cannot, and what the refusal says.

use std::error::Error;
use std::fs;

use rusqlite::Connection;
use tenancy::{Store, Token};

use crate::support::{NOW, World};

async fn refusal(url: &str) -> tenancy::Error {
    Store::open(url).await.unwrap_err()
}

#[tokio::test]
async fn a_url_of_another_form_is_refused() {
    let memory = "a database in memory keeps nothing; use `sqlite:PATH` with the path of a file";
    let unknown = "the store URL has no form that is known; use `sqlite:PATH` or `postgres://…`";
    let postgres = if cfg!(feature = "postgres") {
        "the store URL is no URL of a PostgreSQL server; \
         use `postgres://USER:PASSWORD@HOST:PORT/DATABASE`"
    } else {
        "this build has no backend for PostgreSQL; use `sqlite:PATH`"
    };
    for (url, reason) in [
        ("", unknown),
        ("phanedge.db", unknown),
        ("mysql://user:secret@host/db", unknown),
        ("sqlite://phanedge.db", unknown),
        ("sqlite:", memory),
        ("sqlite::memory:", memory),
        ("postgres://user:secret@host:port/db", postgres),
        ("postgresql://user:secret@/db", postgres),
    ] {
        let refusal = refusal(url).await;
        assert_eq!(refusal.to_string(), "cannot open the store");
        assert_eq!(refusal.source().unwrap().to_string(), reason);
        assert!(!format!("{refusal:?}").contains("secret"));
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing/store.db");
    let refusal = refusal(&format!("sqlite:{}", path.display())).await;
    assert!(!refusal.is_corrupt() && !refusal.is_newer_schema());
    assert!(!path.parent().unwrap().exists());
}

#[tokio::test]
async fn p55_a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    fs::write(&path, "not a database at all, and longer than a header would be".repeat(20))
        .unwrap();
    let before = fs::read(&path).unwrap();
    let refusal = refusal(&format!("sqlite:{}", path.display())).await;
    assert!(refusal.is_corrupt(), "{refusal:?}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_name_with_signs_of_a_url_is_only_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a?mode=memory&immutable=1 #%20.db");
    let url = format!("sqlite:{}", path.display());
    let store = Store::open(&url).await.unwrap();
    store.record_tariff("v", "{}", NOW).await.unwrap();
    store.close().await.unwrap();
    assert!(path.exists());
    let again = Store::open(&url).await.unwrap();
    assert!(again.tariff_document("v").await.unwrap().is_some());
}

#[tokio::test]
async fn everything_after_close_says_closed() {
    let world = World::start().await;
    let scope = world.scope("acme").await;
    let other_handle = world.store.clone();
    world.store.close().await.unwrap();
    other_handle.close().await.unwrap();
    let write = other_handle.record_tariff("v", "{}", NOW).await.unwrap_err();
    let read = other_handle.tariff_document("v").await.unwrap_err();
    let scoped = scope.find_task(&crate::support::task_id("cgt-1")).await.unwrap_err();
    for error in [write, read, scoped] {
        assert!(error.is_closed());
        assert_eq!(error.source().unwrap().to_string(), "the store is closed");
    }
    // Nothing is left beside the database: the log was written back.
    assert!(!world.path().with_file_name("store.db-wal").exists());
}

#[tokio::test]
async fn the_file_does_not_hold_a_token() {
    let world = World::start().await;
    let tenant = world.tenant("acme").await;
    let token = Token::generate().unwrap();
    world.store.issue_token(tenant.id, &token, None, None, NOW).await.unwrap();
    world.store.close().await.unwrap();
    let file = fs::read(world.path()).unwrap();
    let secret = &token.expose().as_bytes()[3..33];
    assert!(!file.windows(secret.len()).any(|window| window == secret));
    let rows = "SELECT count(*) FROM tokens WHERE sha256 = ?1";
    let stored = Connection::open(world.path()).unwrap();
    let count: i64 = stored.query_row(rows, [token.sha256()], |row| row.get(0)).unwrap();
    assert_eq!(count, 1);
}
