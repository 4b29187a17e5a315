//! The writer thread: it commits whatever waits together (group commit).
//!
//! Each piece of work has a savepoint of its own, unless it is alone, so that one failure takes back
//! one piece.
//! Nobody is answered before COMMIT returned, and a failed COMMIT fails everyone in it.

use std::path::PathBuf;
use std::sync::Arc;

use crossbeam_channel::Receiver;
use rusqlite::{Connection, ErrorCode};
use tokio::sync::oneshot;

use super::changes::Changes;
use super::wal::{self, Wal};
use super::{Done, Message, Work};
use crate::error::Cause;
use crate::sqlite::remembered::Remembered;
use crate::sqlite::running::run;
use crate::sqlite::{Answer, opening};
use crate::store::Finished;

/// The most pieces of work in one transaction. Past some dozens a commit gets no cheaper, and
/// everyone waits for the last.
const MOST_IN_ONE_COMMIT: usize = 128;

/// What the thread itself holds.
pub(super) struct Thread {
    path: PathBuf,
    finished: Finished,
    wal: Wal,
    /// `None` after the disk failed, until it could be opened again.
    connection: Option<Connection>,
    changes: Arc<Changes>,
}

impl Thread {
    /// Opens the database, with its schema up to date.
    pub(super) fn open(
        path: PathBuf,
        finished: Finished,
        remembered: Arc<Remembered>,
    ) -> Result<Self, Cause> {
        let (wal, changes) = (Wal::of(&path), Arc::new(Changes::told_to(remembered)));
        let mut thread = Self { path, finished, wal, connection: None, changes };
        thread.connection = Some(thread.connect()?);
        Ok(thread)
    }

    fn connect(&self) -> Result<Connection, Cause> {
        let mut connection = opening::for_writing(&self.path, self.finished)?;
        self.changes.watch(&mut connection)?;
        Ok(connection)
    }

    /// Commits what comes, until the store is closed or nobody can ask for anything any more.
    pub(super) fn serve(mut self, messages: &Receiver<Message>) {
        while let Ok(message) = messages.recv() {
            let mut group = Vec::new();
            let mut closing = None;
            sort(message, &mut group, &mut closing);
            while closing.is_none() && group.len() < MOST_IN_ONE_COMMIT {
                let Ok(message) = messages.try_recv() else {
                    break;
                };
                sort(message, &mut group, &mut closing);
            }
            self.commit_together(group);
            if let Some(reply) = closing {
                drop(reply.send(self.close()));
                return;
            }
        }
    }

    /// One transaction for the whole group; then everyone is answered.
    fn commit_together(&mut self, group: Vec<Work>) {
        if group.is_empty() {
            return;
        }
        let changes = Arc::clone(&self.changes);
        let connection = match self.begin() {
            Ok(connection) => connection,
            Err(cause) => {
                self.distrust_after([&cause]);
                return turn_away(group, &Arc::new(cause));
            }
        };
        let do_one = if group.len() == 1 { in_transaction } else { in_savepoint };
        let mut all = Vec::with_capacity(group.len());
        for work in group {
            all.push(match lost(connection, &all) {
                Some(cause) => work(Err(cause)),
                None => do_one(connection, work),
            });
        }
        let uncommitted = {
            let _changing = changes.begin();
            lost(connection, &all).or_else(|| commit(connection).err().map(Arc::new))
        };
        let failures = all.iter().filter_map(|done| done.failure.as_deref());
        self.distrust_after(failures.chain(uncommitted.as_deref()));
        for done in all {
            (done.answer)(uncommitted.clone());
        }
        if let Some(connection) = &self.connection {
            self.wal.keep_short(connection);
        }
    }

    /// Gives the connection up if the disk failed: after a failed sync, the pages in memory are
    /// not what is on the disk. The next transaction opens the file anew.
    fn distrust_after<'a>(&mut self, failures: impl IntoIterator<Item = &'a Cause>) {
        if failures.into_iter().any(is_disk_failure) {
            self.connection = None;
        }
    }

    /// An open transaction, on a new connection if the last one failed.
    fn begin(&mut self) -> Result<&Connection, Cause> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let connection = self.connection.insert(connection);
        run(connection, "BEGIN IMMEDIATE")?;
        Ok(connection)
    }

    fn close(&mut self) -> Answer<()> {
        let Some(connection) = self.connection.take() else {
            return Ok(()); // The disk failed, and nothing was kept open since.
        };
        wal::write_back(&connection)?;
        connection.close().map_err(|(_, error)| Arc::new(Cause::Database(error)))
    }
}

fn sort(
    message: Message,
    group: &mut Vec<Work>,
    closing: &mut Option<oneshot::Sender<Answer<()>>>,
) {
    match message {
        Message::Work(turn, work) => {
            // Whoever waited too long has been told so.
            if turn.take() {
                group.push(work);
            }
        }
        Message::Close(reply) => *closing = Some(reply),
    }
}

fn turn_away(group: Vec<Work>, cause: &Arc<Cause>) {
    for work in group {
        (work(Err(Arc::clone(cause))).answer)(None);
    }
}

/// Does the only piece of work in a transaction, and takes all of it back if it failed.
fn in_transaction(connection: &Connection, work: Work) -> Done {
    let done = work(Ok(connection));
    if done.failure.is_some() {
        roll_back(connection);
    }
    done
}

/// Does one piece of work among others, and takes it back if it failed.
fn in_savepoint(connection: &Connection, work: Work) -> Done {
    let done = work(run(connection, "SAVEPOINT work").map(|()| connection).map_err(Arc::new));
    let end = match &done.failure {
        None => run(connection, "RELEASE work"),
        Some(_) => {
            run(connection, "ROLLBACK TO work").and_then(|()| run(connection, "RELEASE work"))
        }
    };
    if end.is_err() {
        // Nobody knows what this transaction holds now, so it must not be committed.
        roll_back(connection);
    }
    done
}

/// Why there is no transaction any more, if SQLite rolled it back over a failure (a full disk
/// may do that). A savepoint would then commit on its own.
fn lost(connection: &Connection, all: &[Done]) -> Option<Arc<Cause>> {
    let culprit = || all.iter().rev().find_map(|done| done.failure.clone());
    connection.is_autocommit().then(|| culprit().unwrap_or_else(|| Arc::new(Cause::RolledBack)))
}

fn commit(connection: &Connection) -> Result<(), Cause> {
    run(connection, "COMMIT").inspect_err(|_| roll_back(connection))
}

fn roll_back(connection: &Connection) {
    if !connection.is_autocommit() {
        // Should this fail too, the next BEGIN says so.
        drop(run(connection, "ROLLBACK"));
    }
}

fn is_disk_failure(cause: &Cause) -> bool {
    matches!(
        cause.database_code(),
        Some(ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}
