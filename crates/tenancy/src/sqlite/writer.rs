//! The one thread that writes, as its callers see it: work goes in, an answer comes out.
//!
//! How the thread commits what it is given is in `committing`.

mod changes;
mod committing;
#[cfg(test)]
mod tests;
mod turn;
mod wal;

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Sender, unbounded};
use rusqlite::Connection;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::remembered::Remembered;
use super::running::caught;
use super::{Answer, received};
use crate::error::Cause;
use crate::store::Finished;
use committing::Thread;
use turn::{Queue, Turn};

/// How long work waits for its turn before its caller hears "busy".
const WAIT: Duration = Duration::from_secs(5);

/// The most pieces of work that wait for their turn: 32 full commits.
const MOST_WAITING: usize = 4096;

/// The callers' end of the writer thread.
#[derive(Debug)]
pub(super) struct Writer {
    messages: Sender<Message>,
    queue: Queue,
}

enum Message {
    Work(Turn, Work),
    Close(oneshot::Sender<Answer<()>>),
}

/// An answer that is on its way.
pub(super) struct Pending<T> {
    answer: oneshot::Receiver<Answer<T>>,
    turn: Turn,
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
    pub(super) async fn start(
        path: PathBuf,
        finished: Finished,
        remembered: Arc<Remembered>,
    ) -> Answer<Self> {
        let (messages, received_messages) = unbounded();
        let (opened, answer) = oneshot::channel();
        let run = move || match Thread::open(path, finished, remembered) {
            Ok(thread) => {
                drop(opened.send(Ok(())));
                thread.serve(&received_messages);
            }
            Err(cause) => drop(opened.send(Err(Arc::new(cause)))),
        };
        let named = thread::Builder::new().name("tenancy-writer".into());
        named.spawn(run).map_err(Cause::Thread)?;
        received(answer).await.map(|()| Self { messages, queue: Queue::of(MOST_WAITING) })
    }

    /// Queues `work`, unless too much waits already. The answer comes after the commit; a closed
    /// writer never answers.
    pub(super) fn write<T, W>(&self, work: W) -> Answer<Pending<T>>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T, Cause> + Send + 'static,
    {
        let Some(turn) = self.queue.join() else {
            return Err(Arc::new(Cause::TooMuchWaits { most: MOST_WAITING }));
        };
        let (reply, answer) = oneshot::channel();
        let work = Box::new(move |tx: Result<&Connection, Arc<Cause>>| {
            let result = tx.and_then(|tx| caught(|| work(tx)).map_err(Arc::new));
            done(result, reply)
        });
        // A closed writer drops the message and with it the reply, which tells the caller.
        drop(self.messages.send(Message::Work(turn.clone(), work)));
        Ok(Pending { answer, turn })
    }

    /// Closes the database after everything that was queued before.
    pub(super) async fn close(&self) -> Answer<()> {
        let (reply, answer) = oneshot::channel();
        match self.messages.send(Message::Close(reply)) {
            Ok(()) => answer.await.unwrap_or(Ok(())),
            Err(_) => Ok(()), // Like no answer: it was closed before.
        }
    }
}

impl<T> Pending<T> {
    /// Waits for the answer. Work whose turn does not come in time is taken back: it never runs.
    pub(super) async fn answer(mut self) -> Answer<T> {
        let answered = match timeout(WAIT, &mut self.answer).await {
            Ok(answered) => answered,
            Err(_) if self.turn.take() => {
                return Err(Arc::new(Cause::WaitedTooLong { most: WAIT }));
            }
            // It is being done, so nothing but its end tells what came of it.
            Err(_) => self.answer.await,
        };
        answered.unwrap_or_else(|_| Err(Arc::new(Cause::Closed)))
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
