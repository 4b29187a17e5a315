//! Migrations: from every older schema to this one, once, and never back.

use std::fs;
use std::path::Path;

use refinery::{Migration, Runner, Target};
use rusqlite::Connection;
use tenancy::{ServerLock, Store};

use crate::support::World;

/// The migrations as they are in the source, oldest first: their name and statements.
fn migrations() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let mut migrations: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|file| {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect();
    migrations.sort_by_key(|(name, _)| {
        let version = name.trim_start_matches('V').split('_').next().unwrap();
        version.parse::<u32>().unwrap()
    });
    migrations
}

/// A database as a build left it that knew the first `count` migrations.
pub(crate) fn older_database(path: &Path, count: usize) {
    let known: Vec<Migration> = migrations()
        .iter()
        .take(count)
        .map(|(name, sql)| Migration::unapplied(name, sql).unwrap())
        .collect();
    let mut connection = Connection::open(path).unwrap();
    let runner = Runner::new(&known).set_grouped(true).set_target(Target::Latest);
    runner.run(&mut connection).unwrap();
}

/// Every table, index and trigger, as SQLite wrote it down.
pub(crate) fn schema(path: &Path) -> Vec<(String, Option<String>)> {
    let connection = Connection::open(path).unwrap();
    let all =
        "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY name";
    let mut statement = connection.prepare(all).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

#[tokio::test]
async fn every_older_schema_is_brought_up_to_date() {
    let world = World::start().await;
    world.store.close().await.unwrap();
    let newest = schema(&world.path());
    let folder = tempfile::tempdir().unwrap();
    for count in 0..=migrations().len() {
        let path = folder.path().join(format!("v{count}.db"));
        older_database(&path, count);
        let store = Store::open(&format!("sqlite:{}", path.display())).await.unwrap();
        assert!(store.audit().await.unwrap().is_clean());
        store.close().await.unwrap();
        assert_eq!(schema(&path), newest, "from version {count}");
    }
}

#[tokio::test]
async fn opening_again_changes_nothing() {
    let world = World::start().await;
    let tenant = world.tenant("acme").await;
    world.store.close().await.unwrap();
    let before = schema(&world.path());
    for _ in 0..2 {
        let store = Store::open(&world.url()).await.unwrap();
        let tenants = store.list_tenants().await.unwrap();
        assert_eq!(tenants, std::slice::from_ref(&tenant));
        store.close().await.unwrap();
        assert_eq!(schema(&world.path()), before);
    }
}

#[tokio::test]
async fn p58_a_newer_schema_is_refused_and_left_alone() {
    let world = World::start().await;
    let future = "INSERT INTO refinery_schema_history VALUES (99, 'from_the_future', '', '0')";
    world.outsider().execute(future, []).unwrap();
    world.store.close().await.unwrap();
    let before = fs::read(world.path()).unwrap();
    let refusal = Store::open(&world.url()).await.unwrap_err();
    assert!(refusal.is_newer_schema());
    assert_eq!(
        std::error::Error::source(&refusal).unwrap().to_string(),
        "the database has schema version 99 and this build knows versions up to 13; \
         use the newer build"
    );
    assert_eq!(fs::read(world.path()).unwrap(), before);
}

#[tokio::test]
async fn an_older_schema_is_not_changed_under_a_running_server() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let url = format!("sqlite:{}", path.display());
    older_database(&path, 2);
    let before = schema(&path);
    let lock = fs::File::create(folder.path().join("store.db.lock")).unwrap();
    lock.lock().unwrap();
    assert!(Store::open(&url).await.unwrap_err().is_locked());
    assert_eq!(schema(&path), before);
    drop(lock);
    let store = Store::open(&url).await.unwrap();
    let _lock: ServerLock = store.lock_for_serving().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_processes_may_create_a_database_at_once() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("store.db").display());
        let openers: Vec<_> = (0..8)
            .map(|_| {
                let url = url.clone();
                tokio::spawn(async move { Store::open(&url).await })
            })
            .collect();
        for opener in openers {
            opener.await.unwrap().unwrap();
        }
    }
}

#[tokio::test]
async fn p58_a_migration_is_recorded_in_the_transaction_that_makes_it() {
    // A kill leaves nothing of an unfinished transaction but the empty history table before it.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    older_database(&path, 0);
    let empty = schema(&path);
    assert!(empty.iter().all(|(name, _)| name.contains("refinery_schema_history")));
    // What cannot be finished leaves nothing behind: here, the last migration's table is taken.
    let squatter = Connection::open(&path).unwrap();
    squatter.execute_batch("CREATE TABLE ledger_sums (a)").unwrap();
    let before = schema(&path);
    let url = format!("sqlite:{}", path.display());
    assert!(Store::open(&url).await.is_err());
    assert_eq!(schema(&path), before);
    squatter.execute_batch("DROP TABLE ledger_sums").unwrap();
    Store::open(&url).await.unwrap();
}
