//! The connection of a file that is copied, on a thread that may wait for the disk.

use std::thread;

use crossbeam_channel::{Sender, unbounded};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::error::Cause;
use crate::sqlite::caught;

/// A thread with a connection of its own, which ends with it.
#[derive(Debug)]
pub(super) struct Thread {
    jobs: Sender<Job>,
    ended: oneshot::Receiver<()>,
}

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

impl Thread {
    /// Answers when the connection is open.
    pub(super) async fn start(
        open: impl FnOnce() -> Result<Connection, Cause> + Send + 'static,
    ) -> Result<Self, Cause> {
        let (jobs, received) = unbounded::<Job>();
        let (opened, answer) = oneshot::channel();
        let (ending, ended) = oneshot::channel::<()>();
        let run = move || match caught(open) {
            Ok(mut connection) => {
                drop(opened.send(Ok(())));
                while let Ok(job) = received.recv() {
                    job(&mut connection);
                }
                drop(connection);
                drop(ending);
            }
            Err(cause) => drop(opened.send(Err(cause))),
        };
        thread::Builder::new().name("tenancy-copy".into()).spawn(run).map_err(Cause::Thread)?;
        answer.await.unwrap_or(Err(Cause::Closed))?;
        Ok(Self { jobs, ended })
    }

    /// Answers when the work is done.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, Cause> + Send + 'static,
    ) -> Result<T, Cause> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |connection| drop(reply.send(caught(|| work(connection)))));
        drop(self.jobs.send(job));
        answer.await.unwrap_or(Err(Cause::Closed))
    }

    /// Answers when the connection is closed.
    pub(super) async fn close(self) {
        drop(self.jobs);
        drop(self.ended.await);
    }
}
