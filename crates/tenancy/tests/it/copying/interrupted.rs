//! Death in the middle of a copy: the same copy again goes on, and ends like one that was never
//! interrupted.
//!
//! The child is this program once more; it kills itself where it is told to.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use tenancy::{Filled, Store, StoreCopy};

use super::filling::fill;
use super::{copy, rows_of_file, url_of};
use crate::child;
use crate::migrations::schema;
use crate::support::run;

/// How many rows have to be there when the child dies.
const DEATH: &str = "TENANCY_COPY_DEATH";
/// Where the child copies to.
const TARGET: &str = "TENANCY_COPY_TARGET";
const FOLDER: &str = "TENANCY_COPY_FOLDER";
/// Small, so that there are many commits.
const BATCH: u32 = 9;

/// The child: fills, and dies between two commits.
fn copy_and_die(folder: &Path) {
    let variable = |name| env::var_os(name).unwrap().into_string().unwrap();
    let (death, target): (u64, _) = (variable(DEATH).parse().unwrap(), variable(TARGET));
    run(async {
        let from = url_of(&folder.join("a.db"));
        let mut copy = StoreCopy::open(&from, &target, BATCH).await.unwrap();
        let contents = copy.read_source(&mut |_| ()).await.unwrap();
        let die_there = &mut |done| {
            if done >= death {
                kill_this_process();
            }
        };
        copy.fill(&contents, die_there).await.unwrap();
        copy.finish().await.unwrap();
    });
}

fn kill_this_process() {
    let pid = std::process::id().to_string();
    Command::new("kill").args(["-KILL", &pid]).status().unwrap();
    loop {
        std::thread::park();
    }
}

/// `test` as a child that dies when so many rows are there. `false`: it came to its end.
fn dies_at(test: &str, folder: &Path, target: &str, rows: u64) -> bool {
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(TARGET, target)
        .env(DEATH, rows.to_string())
        .stdout(Stdio::null())
        .output()
        .unwrap();
    let killed = child.status.code().is_none();
    assert!(killed || child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
    killed
}

async fn filled(folder: &Path) -> u64 {
    let store = Store::open(&url_of(&folder.join("a.db"))).await.unwrap();
    fill(&store, 8, 40).await;
    store.close().await.unwrap();
    let from = url_of(&folder.join("a.db"));
    let whole = folder.join("whole.db");
    let (_, contents) = copy(&from, &url_of(&whole), 1000).await.unwrap();
    contents.rows()
}

/// One copy that is killed after each commit, and goes on each time.
fn dies_after_each_commit(test: &str, folder: &Path, target: &str) -> u64 {
    let rows = run(filled(folder));
    let mut deaths = 0;
    for death in 0..=rows {
        if death % u64::from(BATCH) == 0 || death == rows {
            assert!(dies_at(test, folder, target, death), "at {death} of {rows}");
            let refused = run(Store::open(target)).unwrap_err();
            assert!(refused.is_unfinished_copy(), "{refused:?}");
            deaths += 1;
        }
    }
    deaths
}

#[test]
fn p58_a_copy_into_a_file_that_dies_after_each_commit_ends_like_any_other() {
    let test = "copying::interrupted::\
                p58_a_copy_into_a_file_that_dies_after_each_commit_ends_like_any_other";
    if let Some(folder) = env::var_os(FOLDER) {
        return copy_and_die(Path::new(&folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("b.db");
    let deaths = dies_after_each_commit(test, folder.path(), &url_of(&target));
    let from = url_of(&folder.path().join("a.db"));
    let (filled, contents) = run(copy(&from, &url_of(&target), BATCH)).unwrap();
    assert_eq!(filled, Filled::Now { resumed_at: contents.rows() });
    let whole = folder.path().join("whole.db");
    assert_eq!(rows_of_file(&target), rows_of_file(&whole));
    assert_eq!(schema(&target), schema(&whole));
    println!("{deaths} deaths");
}

#[cfg(feature = "postgres")]
#[test]
fn p58_a_copy_into_a_database_that_dies_after_each_commit_ends_like_any_other() {
    let test = "copying::interrupted::\
                p58_a_copy_into_a_database_that_dies_after_each_commit_ends_like_any_other";
    if let Some(folder) = env::var_os(FOLDER) {
        return copy_and_die(Path::new(&folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let Some(target) = run(crate::cluster::database()) else { return };
    let deaths = dies_after_each_commit(test, folder.path(), &target);
    let (from, back) = (folder.path().join("a.db"), folder.path().join("back.db"));
    run(copy(&url_of(&from), &target, BATCH)).unwrap();
    run(copy(&target, &url_of(&back), 1000)).unwrap();
    assert_eq!(rows_of_file(&back), rows_of_file(&from));
    println!("{deaths} deaths");
}

/// Dies in each `when`-th such call, and has a copy at once.
fn dies_in_each(test: &str, calls: &str, step: usize) {
    let prepared = tempfile::tempdir().unwrap();
    run(filled(prepared.path()));
    let whole = rows_of_file(&prepared.path().join("whole.db"));
    for (deaths, when) in (1..5000).step_by(step).enumerate() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(prepared.path().join("a.db"), folder.path().join("a.db")).unwrap();
        let ended = child::run(test, folder.path(), &format!("{calls}:signal=SIGKILL:when={when}"));
        let [from, to] = ["a.db", "b.db"].map(|name| url_of(&folder.path().join(name)));
        run(copy(&from, &to, BATCH)).unwrap();
        assert_eq!(rows_of_file(&folder.path().join("b.db")), whole, "{calls} {when}");
        if !ended.was_killed {
            assert!(deaths > 3, "{calls}: {}", ended.said);
            println!("{test}: {deaths} deaths in {calls}");
            return;
        }
    }
    panic!("a copy made more than 5000 calls of {calls}");
}

#[test]
fn p58_a_copy_that_dies_in_any_write_ends_like_any_other() {
    let test = "copying::interrupted::p58_a_copy_that_dies_in_any_write_ends_like_any_other";
    if let Some(folder) = child::child_folder() {
        let [from, to] = ["a.db", "b.db"].map(|name| url_of(&folder.join(name)));
        run(copy(&from, &to, BATCH)).unwrap();
        return;
    }
    if child::can_watch(test) {
        dies_in_each(test, "pwrite64", child::steps(1, 17));
        dies_in_each(test, "fsync", child::steps(1, 5));
    }
}
