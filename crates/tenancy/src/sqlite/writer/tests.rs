//! Tests of the writer thread where the public API cannot reach: what shares a commit, and what
//! happens when SQLite, the disk or the work itself fails.

use crossbeam_channel::bounded;
use rusqlite::{Connection, ffi};
use tempfile::TempDir;
use tokio::sync::oneshot::error::TryRecvError;

use super::super::Sqlite;
use super::{MOST_WAITING, Pending, WAIT};
use crate::error::Cause;
use crate::store::Finished;

async fn database() -> (TempDir, Sqlite) {
    let folder = tempfile::tempdir().unwrap();
    let db = Sqlite::open(folder.path().join("store.db"), Finished::Required).await.unwrap();
    (folder, db)
}

/// Keeps the writer busy until the answer is sent, so that what is queued meanwhile is one group.
fn hold(db: &Sqlite) -> crossbeam_channel::Sender<()> {
    let (tell, under_way) = bounded(1);
    let (go_on, held) = bounded(1);
    drop(queue(db, move |_| {
        tell.send(()).map_err(|_| Cause::Closed)?;
        held.recv().map_err(|_| Cause::Closed)
    }));
    under_way.recv().unwrap();
    go_on
}

/// Queues `work` without waiting for it.
fn queue<T: Send + 'static>(
    db: &Sqlite,
    work: impl FnOnce(&Connection) -> Result<T, Cause> + Send + 'static,
) -> Pending<T> {
    db.writer.write(work).unwrap()
}

fn record(tx: &Connection, version: &str) -> Result<(), Cause> {
    tx.execute("INSERT INTO tariffs VALUES (?1, '', 0)", [version])?;
    Ok(())
}

fn count(tx: &Connection) -> Result<i64, Cause> {
    Ok(tx.query_row("SELECT count(*) FROM tariffs", [], |row| row.get(0))?)
}

#[tokio::test]
async fn what_waits_together_is_committed_together_and_answered_afterwards() {
    let (_folder, db) = database().await;
    let path = db.path().to_owned();
    let go_on = hold(&db);
    let mut first = queue(&db, |tx| record(tx, "a"));
    let second = queue(&db, move |tx| {
        let unanswered = matches!(first.answer.try_recv(), Err(TryRecvError::Empty));
        let outside = count(&Connection::open(path)?)?;
        Ok((first, unanswered, count(tx)?, outside))
    });
    go_on.send(()).unwrap();
    let (first, unanswered, inside, outside) = second.answer().await.unwrap();
    assert!(unanswered, "an answer came before the commit");
    assert_eq!((inside, outside), (1, 0));
    first.answer().await.unwrap();
    assert_eq!(db.read("count", count).await.unwrap(), 1);
}

#[tokio::test]
async fn work_that_fails_in_a_commit_of_its_own_leaves_nothing() {
    let (_folder, db) = database().await;
    let failed = queue(&db, |tx| {
        record(tx, "a")?;
        record(tx, "a")
    });
    assert!(failed.answer().await.unwrap_err().to_string().contains("UNIQUE"));
    queue(&db, |tx| record(tx, "b")).answer().await.unwrap();
    assert_eq!(db.read("count", count).await.unwrap(), 1);
}

#[tokio::test]
async fn work_that_panics_fails_alone() {
    let (_folder, db) = database().await;
    let go_on = hold(&db);
    let good = queue(&db, |tx| record(tx, "a"));
    let bad = queue(&db, |tx| -> Result<(), Cause> {
        record(tx, "b")?;
        panic!("out of order")
    });
    let also_good = queue(&db, |tx| record(tx, "c"));
    go_on.send(()).unwrap();
    let panicked = bad.answer().await.unwrap_err().to_string();
    assert_eq!(panicked, "the work on the database panicked: out of order");
    good.answer().await.unwrap();
    also_good.answer().await.unwrap();
    assert_eq!(db.read("count", count).await.unwrap(), 2);
    let read = db.read("read", |_| -> Result<(), Cause> { panic!("again") });
    assert!(read.await.is_err());
    assert_eq!(db.read("count", count).await.unwrap(), 2);
}

#[tokio::test]
async fn a_transaction_that_sqlite_gave_up_is_nobodys_success() {
    let (_folder, db) = database().await;
    let go_on = hold(&db);
    let before = queue(&db, |tx| record(tx, "a"));
    let culprit = queue(&db, |tx| Ok(tx.execute_batch("ROLLBACK")?));
    let after = queue(&db, |tx| record(tx, "b"));
    go_on.send(()).unwrap();
    for lost in [before, culprit, after] {
        let failure = lost.answer().await.unwrap_err();
        assert!(matches!(*failure, Cause::RolledBack), "{failure}");
    }
    assert_eq!(db.read("count", count).await.unwrap(), 0);
    queue(&db, |tx| record(tx, "c")).answer().await.unwrap();
}

#[tokio::test]
async fn p51_a_disk_failure_costs_the_connection() {
    let (_folder, db) = database().await;
    let failed = queue(&db, |tx| -> Result<(), Cause> {
        tx.execute_batch("CREATE TEMP TABLE of_this_connection (a)")?;
        let failed_sync = ffi::Error::new(ffi::SQLITE_IOERR_FSYNC);
        Err(Cause::Database(rusqlite::Error::SqliteFailure(failed_sync, None)))
    });
    failed.answer().await.unwrap_err();
    let marks = "SELECT count(*) FROM sqlite_temp_schema";
    let marks = queue(&db, move |tx| {
        record(tx, "a")?;
        Ok(tx.query_row(marks, [], |row| row.get::<_, i64>(0))?)
    });
    assert_eq!(marks.answer().await.unwrap(), 0);
    assert_eq!(db.read("count", count).await.unwrap(), 1);
}

#[tokio::test]
async fn p50_a_full_disk_is_told_and_ends_without_a_restart() {
    let (_folder, db) = database().await;
    let limit = |pages: i64| {
        db.write("limit", move |tx| Ok(tx.pragma_update(None, "max_page_count", pages)?))
    };
    let big = || {
        db.write("record", |tx| {
            let version = "x".repeat(1_000_000);
            record(tx, &version)
        })
    };
    limit(1).await.unwrap(); // No less than what is there already.
    let failure = big().await.unwrap_err();
    assert!(failure.is_full(), "{failure:?}");
    assert_eq!(db.read("count", count).await.unwrap(), 0);
    limit(1_000_000).await.unwrap();
    big().await.unwrap();
    assert_eq!(db.read("count", count).await.unwrap(), 1);
}

#[tokio::test]
async fn p52_work_whose_turn_does_not_come_in_time_is_busy_and_never_runs() {
    let (_folder, db) = database().await;
    let go_on = hold(&db);
    let late = queue(&db, |tx| record(tx, "late"));
    // With nobody to wake it, the stopped clock moves on to the end of the wait.
    tokio::time::pause();
    let refusal = crate::Error::new("record", late.answer().await.unwrap_err());
    tokio::time::resume();
    assert!(refusal.is_busy(), "{refusal:?}");
    go_on.send(()).unwrap();
    db.write("record", |tx| record(tx, "next")).await.unwrap();
    assert_eq!(db.read("count", count).await.unwrap(), 1);
}

#[tokio::test]
async fn p52_work_that_was_begun_is_waited_for_to_its_end() {
    let (_folder, db) = database().await;
    let (tell, under_way) = bounded(1);
    let (go_on, held) = bounded(1);
    let slow = queue(&db, move |tx| {
        tell.send(()).map_err(|_| Cause::Closed)?;
        held.recv().map_err(|_| Cause::Closed)?;
        record(tx, "slow")
    });
    under_way.recv().unwrap();
    tokio::time::pause();
    let answer = tokio::spawn(slow.answer());
    tokio::time::advance(2 * WAIT).await;
    assert!(!answer.is_finished());
    tokio::time::resume();
    go_on.send(()).unwrap();
    answer.await.unwrap().unwrap();
    assert_eq!(db.read("count", count).await.unwrap(), 1);
}

#[tokio::test]
async fn p52_only_so_many_wait() {
    let (_folder, db) = database().await;
    let go_on = hold(&db);
    let waiting: Vec<Pending<()>> = (0..MOST_WAITING).map(|_| queue(&db, |_| Ok(()))).collect();
    let refusal = db.write("record", |tx| record(tx, "too many")).await.unwrap_err();
    assert!(refusal.is_busy(), "{refusal:?}");
    go_on.send(()).unwrap();
    for pending in waiting {
        pending.answer().await.unwrap();
    }
    db.write("record", |tx| record(tx, "next")).await.unwrap();
    assert_eq!(db.read("count", count).await.unwrap(), 1);
}
