//! The one thread that writes: it commits whatever waits together (group commit).
//!
//! Each piece of work has a savepoint of its own, so that one failure takes back one piece.
//! Nobody is answered before COMMIT returned, and a failed COMMIT fails everyone in it.

#[cfg(test)]
mod tests;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};
use rusqlite::{Connection, ErrorCode};
use tokio::sync::oneshot;

use super::{Answer, opening, received};
use crate::error::Cause;

/// The most pieces of work in one transaction. Past some dozens a commit gets no cheaper, and
/// everyone waits for the last.
const MOST_IN_ONE_COMMIT: usize = 128;

/// The callers' end of the writer thread.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Sender<Message>,
}

enum Message {
    Work(Work),
    Close(oneshot::Sender<Answer<()>>),
}

/// A piece of work: done in the open transaction, or turned away because there is none.
type Work = Box<dyn FnOnce(Result<&Connection, Arc<Cause>>) -> Done + Send>;

/// Work that was done, and whose caller waits for the commit.
struct Done {
    failure: Option<Arc<Cause>>,
    /// Answers the caller; the argument is what kept the work from being committed.
    answer: Box<dyn FnOnce(Option<Arc<Cause>>)>,
}

impl Writer {
    /// Starts the thread; answers when the database is open and its schema up to date.
    pub(super) async fn start(path: PathBuf) -> Answer<Self> {
        let (queue, messages) = unbounded();
        let (opened, answer) = oneshot::channel();
        let run = move || match opening::for_writing(&path) {
            Ok(connection) => {
                drop(opened.send(Ok(())));
                Thread {
                    path,
                    connection: Some(connection),
                }
                .serve(&messages);
            }
            Err(cause) => drop(opened.send(Err(Arc::new(cause)))),
        };
        let named = thread::Builder::new().name("tenancy-writer".into());
        named.spawn(run).map_err(Cause::Thread)?;
        received(answer).await.map(|()| Self { queue })
    }

    /// Queues `work`. The answer comes after the commit; a closed writer never answers.
    pub(super) fn write<T, W>(&self, work: W) -> oneshot::Receiver<Answer<T>>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T, Cause> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let work = Box::new(move |tx: Result<&Connection, Arc<Cause>>| {
            let result = tx.and_then(|tx| caught(|| work(tx)).map_err(Arc::new));
            done(result, reply)
        });
        // A closed writer drops the message and with it the reply, which tells the caller.
        drop(self.queue.send(Message::Work(work)));
        answer
    }

    /// Closes the database after everything that was queued before.
    pub(super) async fn close(&self) -> Answer<()> {
        let (reply, answer) = oneshot::channel();
        match self.queue.send(Message::Close(reply)) {
            Ok(()) => received(answer).await,
            Err(_) => Ok(()), // It was closed before.
        }
    }
}

/// Binds a result to its caller, until it is known whether it was committed.
fn done<T: 'static>(result: Answer<T>, reply: oneshot::Sender<Answer<T>>) -> Done {
    Done {
        failure: result.as_ref().err().cloned(),
        answer: Box::new(move |uncommitted| {
            let fate = match uncommitted {
                Some(cause) => result.and(Err(cause)),
                None => result,
            };
            // A caller that went away does not want to know.
            drop(reply.send(fate));
        }),
    }
}

/// Runs work that must not take its thread down.
pub(super) fn caught<T>(work: impl FnOnce() -> Result<T, Cause>) -> Result<T, Cause> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(Cause::Panicked(panic_text(panic.as_ref()))))
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a message").to_owned()
}

/// What the thread itself holds.
struct Thread {
    path: PathBuf,
    /// `None` after the disk failed, until it could be opened again.
    connection: Option<Connection>,
}

impl Thread {
    fn serve(mut self, messages: &Receiver<Message>) {
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
        let connection = match self.begin() {
            Ok(connection) => connection,
            Err(cause) => {
                self.distrust_after([&cause]);
                return turn_away(group, &Arc::new(cause));
            }
        };
        let mut all = Vec::with_capacity(group.len());
        for work in group {
            all.push(match lost(connection, &all) {
                Some(cause) => work(Err(cause)),
                None => in_savepoint(connection, work),
            });
        }
        let uncommitted = lost(connection, &all).or_else(|| commit(connection).err().map(Arc::new));
        let failures = all.iter().filter_map(|done| done.failure.as_deref());
        self.distrust_after(failures.chain(uncommitted.as_deref()));
        for done in all {
            (done.answer)(uncommitted.clone());
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
            None => opening::for_writing(&self.path)?,
        };
        let connection = self.connection.insert(connection);
        run(connection, "BEGIN IMMEDIATE")?;
        Ok(connection)
    }

    fn close(&mut self) -> Answer<()> {
        let Some(connection) = self.connection.take() else {
            return Ok(()); // The disk failed, and nothing was kept open since.
        };
        opening::write_log_back(&connection)?;
        connection
            .close()
            .map_err(|(_, error)| Arc::new(Cause::Database(error)))
    }
}

fn sort(
    message: Message,
    group: &mut Vec<Work>,
    closing: &mut Option<oneshot::Sender<Answer<()>>>,
) {
    match message {
        Message::Work(work) => group.push(work),
        Message::Close(reply) => *closing = Some(reply),
    }
}

fn turn_away(group: Vec<Work>, cause: &Arc<Cause>) {
    for work in group {
        (work(Err(Arc::clone(cause))).answer)(None);
    }
}

/// Does one piece of work, and takes it back if it failed.
fn in_savepoint(connection: &Connection, work: Work) -> Done {
    let done = work(
        run(connection, "SAVEPOINT work")
            .map(|()| connection)
            .map_err(Arc::new),
    );
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
    connection
        .is_autocommit()
        .then(|| culprit().unwrap_or_else(|| Arc::new(Cause::RolledBack)))
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

fn run(connection: &Connection, control: &str) -> Result<(), Cause> {
    connection.prepare_cached(control)?.execute([])?;
    Ok(())
}

fn is_disk_failure(cause: &Cause) -> bool {
    matches!(
        cause.database_code(),
        Some(ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}
