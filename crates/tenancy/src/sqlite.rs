//! The SQLite backend: one writer thread, a few reader threads, and the statements.
//!
//! Nothing of SQLite leaves this module but through `Cause`, which the public error hides.

pub(crate) mod adoption;
pub(crate) mod aging;
mod alone;
pub(crate) mod asset_groups;
pub(crate) mod assets;
pub(crate) mod audit;
pub(crate) mod audit_log;
pub(crate) mod backup;
pub(crate) mod binding;
pub(crate) mod cancels;
pub(crate) mod claiming;
mod columns;
pub(crate) mod corrections;
mod counts;
pub(crate) mod intents;
pub(crate) mod ledger;
pub(crate) mod library_adoption;
pub(crate) mod library_binding;
pub(crate) mod library_intents;
pub(crate) mod limits;
pub(crate) mod listing;
pub(crate) mod observing;
pub(crate) mod opening;
#[cfg(test)]
mod plans;
pub(crate) mod quarantine;
mod readers;
mod remembered;
pub(crate) mod room;
mod running;
pub(crate) mod schema;
pub(crate) mod seal;
mod settling;
pub(crate) mod tariffs;
pub(crate) mod tasks;
pub(crate) mod tenants;
pub(crate) mod tokens;
pub(crate) mod watching;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use seedance_model::TaskId;
use tokio::sync::oneshot;

use crate::error::Cause;
use crate::store::Finished;
use crate::{Error, Task, TenantId};
use alone::Alone;
use readers::Readers;
use remembered::Remembered;
pub(crate) use running::caught;
use writer::Writer;

/// An open database. Dropping it lets the threads finish what was asked for, and end.
#[derive(Debug)]
pub(crate) struct Sqlite {
    path: PathBuf,
    writer: Writer,
    readers: Readers,
    alone: Alone,
    remembered: Arc<Remembered>,
}

/// What a thread answers: shared, because one failure may be many callers' failure.
type Answer<T> = Result<T, Arc<Cause>>;

impl Sqlite {
    /// Opens the file, which is created if need be, and brings its schema up to date.
    pub(crate) async fn open(path: PathBuf, finished: Finished) -> Answer<Self> {
        // The writer goes first: it is the one that creates and migrates.
        let remembered = Arc::<Remembered>::default();
        let writer = Writer::start(path.clone(), finished, Arc::clone(&remembered)).await?;
        let readers = Readers::start(&path).await?;
        Ok(Self { path, writer, readers, alone: Alone::default(), remembered })
    }

    /// What several servers would share.
    pub(crate) fn alone(&self) -> &Alone {
        &self.alone
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `work` in a transaction of its own, and answers once that is durable.
    ///
    /// Dropping the future does not call the work back.
    pub(crate) async fn write<T, W>(&self, doing: &'static str, work: W) -> Result<T, Error>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T, Cause> + Send + 'static,
    {
        let answered = match self.writer.write(work) {
            Ok(pending) => pending.answer().await,
            Err(cause) => Err(cause),
        };
        answered.map_err(|cause| Error::new(doing, cause))
    }

    /// Runs `work` on a read-only view of one moment.
    pub(crate) async fn read<T, W>(&self, doing: &'static str, work: W) -> Result<T, Error>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T, Cause> + Send + 'static,
    {
        let answer = self.readers.read(work);
        received(answer).await.map_err(|cause| Error::new(doing, cause))
    }

    /// The tenant's task, from memory if it was read before and has not changed since.
    pub(crate) async fn remembered_task(
        &self,
        tenant: TenantId,
        id: TaskId,
    ) -> Result<Option<Task>, Error> {
        let remembered = self.remembered.find(tenant, &id);
        if remembered.is_some() {
            return Ok(remembered);
        }
        let since = self.remembered.moment();
        let found = self.read("find a task", move |tx| tasks::find_row(tx, tenant, &id)).await?;
        Ok(found.map(|(seq, task)| {
            self.remembered.learn(since, tenant, seq, task.clone());
            task
        }))
    }

    /// Finishes what was asked for, writes the log back, and closes all connections.
    pub(crate) async fn close(&self) -> Answer<()> {
        self.readers.stop().await;
        self.writer.close().await
    }
}

/// The answer of a thread; without one the thread is gone, because the store was closed.
async fn received<T>(answer: oneshot::Receiver<Answer<T>>) -> Answer<T> {
    answer.await.unwrap_or_else(|_| Err(Arc::new(Cause::Closed)))
}
