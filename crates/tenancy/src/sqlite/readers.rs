//! The threads that read, each with a read-only connection of its own.
//!
//! A piece of work sees one moment of the database, however many statements it runs. Readers
//! never wait for the writer, and it does not wait for them.

use std::path::Path;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::running::at_one_moment;
use super::{Answer, opening, received};
use crate::error::Cause;

/// How many threads read. More than the cores of a small machine, so that a long page does not
/// keep the look-up of a token waiting.
const THREADS: usize = 4;

/// The callers' end of the reader threads.
#[derive(Debug)]
pub(super) struct Readers {
    queue: Sender<Message>,
}

enum Message {
    Work(Box<dyn FnOnce(&Connection) + Send>),
    /// One thread is to end; it answers when its connection is closed.
    Stop(oneshot::Sender<()>),
}

impl Readers {
    /// Starts the threads; answers when all of them have opened the database.
    pub(super) async fn start(path: &Path) -> Answer<Self> {
        let (queue, messages) = unbounded();
        for _ in 0..THREADS {
            let (opened, answer) = oneshot::channel();
            let path = path.to_owned();
            let messages = messages.clone();
            let run = move || match opening::for_reading(&path) {
                Ok(connection) => {
                    drop(opened.send(Ok(())));
                    serve(connection, &messages);
                }
                Err(cause) => drop(opened.send(Err(Arc::new(cause)))),
            };
            let named = thread::Builder::new().name("tenancy-reader".into());
            named.spawn(run).map_err(Cause::Thread)?;
            received(answer).await?;
        }
        Ok(Self { queue })
    }

    /// Queues `work`. Closed readers never answer.
    pub(super) fn read<T, W>(&self, work: W) -> oneshot::Receiver<Answer<T>>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T, Cause> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let work = Box::new(move |connection: &Connection| {
            let result = at_one_moment(connection, work);
            // A caller that went away does not want to know.
            drop(reply.send(result.map_err(Arc::new)));
        });
        // Closed readers drop the message and with it the reply, which tells the caller.
        drop(self.queue.send(Message::Work(work)));
        answer
    }

    /// Ends all threads after everything that was queued before.
    pub(super) async fn stop(&self) {
        for _ in 0..THREADS {
            let (stopped, answer) = oneshot::channel();
            if self.queue.send(Message::Stop(stopped)).is_ok() {
                // No answer means the same: the thread is gone.
                drop(answer.await);
            }
        }
    }
}

fn serve(connection: Connection, messages: &Receiver<Message>) {
    while let Ok(message) = messages.recv() {
        match message {
            Message::Work(work) => work(&connection),
            Message::Stop(stopped) => {
                drop(connection);
                // Whoever asked may have gone away.
                return stopped.send(()).unwrap_or(());
            }
        }
    }
}
