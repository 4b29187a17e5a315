//! Death in the middle of a migration, at every write: the next start has a whole schema.

use std::path::Path;

use tenancy::Store;

use crate::child::{self, copy_store, steps, store_in};
use crate::migrations::{older_database, schema};
use crate::support::{NOW, TARIFF, run, tenant_of};

/// More calls than all migrations make.
const ENOUGH: usize = 2000;

/// The child: opens the store, which brings it up to date.
fn open(folder: &Path) {
    run(async {
        Store::open(&store_in(folder)).await.unwrap();
        println!("opened");
    });
}

/// Kills the child in each `step`-th such call, starting from a database of that version.
fn kill_in_each(test: &str, version: usize, calls: &str, step: usize) {
    let prepared = tempfile::tempdir().unwrap();
    if version > 0 {
        older_database(&prepared.path().join("store.db"), version);
    }
    for (kills, when) in (1..ENOUGH).step_by(step).enumerate() {
        let folder = tempfile::tempdir().unwrap();
        if version > 0 {
            copy_store(prepared.path(), folder.path());
        }
        let ended = child::run(test, folder.path(), &format!("{calls}:signal=SIGKILL:when={when}"));
        is_whole(folder.path());
        if !ended.was_killed {
            assert!(ended.said.contains("opened") && kills > 0, "{calls}: {}", ended.said);
            println!("{test}: {kills} kills in {calls}, from version {version}");
            return;
        }
    }
    panic!("the migrations made more than {ENOUGH} calls of {calls}");
}

/// The next start completes, and the store works.
fn is_whole(folder: &Path) {
    run(async {
        let store = Store::open(&store_in(folder)).await.unwrap();
        store.record_tariff(TARIFF, "{}", NOW).await.unwrap();
        store.create_tenant(tenant_of("acme"), NOW).await.unwrap().unwrap();
        assert!(store.audit().await.unwrap().is_clean());
        store.close().await.unwrap();
        let fresh = tempfile::tempdir().unwrap();
        Store::open(&store_in(fresh.path())).await.unwrap().close().await.unwrap();
        let whole = schema(&fresh.path().join("store.db"));
        assert_eq!(schema(&folder.join("store.db")), whole);
    });
}

#[test]
fn p58_death_in_any_write_of_the_first_start_leaves_no_half_schema() {
    let test =
        "interrupted_migrations::p58_death_in_any_write_of_the_first_start_leaves_no_half_schema";
    if let Some(folder) = child::child_folder() {
        return open(&folder);
    }
    if child::can_watch(test) {
        kill_in_each(test, 0, "pwrite64", 1);
        kill_in_each(test, 0, "fsync", 1);
        kill_in_each(test, 0, "unlink", 1);
    }
}

#[test]
fn p58_death_in_any_write_of_an_upgrade_leaves_no_half_schema() {
    let test = "interrupted_migrations::p58_death_in_any_write_of_an_upgrade_leaves_no_half_schema";
    if let Some(folder) = child::child_folder() {
        return open(&folder);
    }
    if child::can_watch(test) {
        for version in 1..=6 {
            kill_in_each(test, version, "pwrite64", steps(1, 4));
        }
        kill_in_each(test, 4, "fsync", 1);
    }
}
