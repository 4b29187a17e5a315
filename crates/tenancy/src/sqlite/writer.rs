//! The one thread that writes, as its callers see it: work goes in, an answer comes out.
//!
//! How the thread commits what it is given is in `committing`.

mod committing;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Sender, unbounded};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::running::caught;
use super::{Answer, opening, received};
use crate::error::Cause;
use committing::Thread;

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
                Thread::on(path, connection).serve(&messages);
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
            Ok(()) => answer.await.unwrap_or(Ok(())),
            Err(_) => Ok(()), // Like no answer: it was closed before.
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
