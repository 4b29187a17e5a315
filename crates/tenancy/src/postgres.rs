//! The PostgreSQL backend: a bounded pool of connections, transactions, and the statements.
//!
//! Nothing of the driver leaves this module but through `Cause`, which the public error hides.

pub(crate) mod adoption;
pub(crate) mod aging;
pub(crate) mod asset_groups;
pub(crate) mod assets;
pub(crate) mod audit;
pub(crate) mod audit_log;
pub(crate) mod binding;
pub(crate) mod cancels;
pub(crate) mod claiming;
mod columns;
mod committing;
pub(crate) mod connecting;
pub(crate) mod corrections;
mod counts;
mod failing;
pub(crate) mod intents;
pub(crate) mod ledger;
pub(crate) mod library_adoption;
pub(crate) mod library_binding;
pub(crate) mod library_intents;
pub(crate) mod limits;
pub(crate) mod listing;
mod location;
pub(crate) mod observing;
pub(crate) mod quarantine;
pub(crate) mod replicas;
pub(crate) mod room;
pub(crate) mod schema;
mod serving;
mod settling;
pub(crate) mod tariffs;
pub(crate) mod tasks;
pub(crate) mod tenants;
pub(crate) mod tokens;
mod transaction;
pub(crate) mod usage;
pub(crate) mod watching;

use std::any::Any;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Pool;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::error::Cause;
use crate::store::Finished;
use crate::{Error, TenantId};
pub(crate) use columns::get;
use committing::Receipts;
pub(crate) use failing::ServerCause;
pub(crate) use location::Location;
pub(crate) use serving::ServingSession;
use transaction::Kind;
pub(crate) use transaction::{Tx, Value};

/// How long one piece of work may take. Statements have their own limit, which a server that
/// stands still does not keep.
const WORK: Duration = Duration::from_secs(8);

/// How long work may take that reads everything.
const WORK_ON_ALL: Duration = Duration::from_hours(1);

/// The most pieces of work that wait for a connection.
const MOST_WAITING: usize = 4096;

/// Whose rows a transaction is about: row-level security hides all others.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Whose {
    /// Everybody's: work of the platform.
    Platform,
    /// One tenant's.
    Tenant(TenantId),
}

/// An open database.
#[derive(Debug)]
pub(crate) struct Postgres {
    connections: Arc<Connections>,
    /// The work that is under way. It is done even if nobody waits for it any more.
    work: TaskTracker,
}

struct Connections {
    pool: Pool,
    receipts: Receipts,
}

impl Postgres {
    /// Connects, and brings the schema up to date.
    pub(crate) async fn open(url: &str, finished: Finished) -> Result<Self, Cause> {
        let pool = connecting::pool(Location::parse(url)?)?;
        if finished == Finished::Required {
            schema::refuse_unfinished(&pool).await?;
        }
        schema::bring_up_to_date(&pool).await?;
        let connections = Connections { pool, receipts: Receipts::new()? };
        Ok(Self { connections: Arc::new(connections), work: TaskTracker::new() })
    }

    /// Runs `work` in a transaction of its own, and answers once that is durable.
    ///
    /// Dropping the future does not call the work back.
    pub(crate) async fn write<T, W, F>(
        &self,
        whose: Whose,
        doing: &'static str,
        work: W,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        W: FnOnce(Tx) -> F + Send + 'static,
        F: Future<Output = Result<T, Cause>> + Send + 'static,
    {
        let connections = Arc::clone(&self.connections);
        self.run(doing, async move {
            let tx = connections.begin(whose, Kind::Writing).await?;
            let (tx, value) = connections.work(WORK, tx, work).await?;
            let committed = connections.receipts.commit(&connections.pool, tx).await;
            committed.inspect_err(|cause| connections.distrust_after(cause))?;
            Ok(value)
        })
        .await
    }

    /// Runs `work` on a read-only view of one moment.
    pub(crate) async fn read<T, W, F>(
        &self,
        whose: Whose,
        doing: &'static str,
        work: W,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        W: FnOnce(Tx) -> F + Send + 'static,
        F: Future<Output = Result<T, Cause>> + Send + 'static,
    {
        self.look(whose, Kind::Reading, WORK, doing, work).await
    }

    /// Like `read`, for work that reads the whole database.
    pub(crate) async fn read_all<T, W, F>(&self, doing: &'static str, work: W) -> Result<T, Error>
    where
        T: Send + 'static,
        W: FnOnce(Tx) -> F + Send + 'static,
        F: Future<Output = Result<T, Cause>> + Send + 'static,
    {
        self.look(Whose::Platform, Kind::ReadingAll, WORK_ON_ALL, doing, work).await
    }

    async fn look<T, W, F>(
        &self,
        whose: Whose,
        kind: Kind,
        limit: Duration,
        doing: &'static str,
        work: W,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        W: FnOnce(Tx) -> F + Send + 'static,
        F: Future<Output = Result<T, Cause>> + Send + 'static,
    {
        let connections = Arc::clone(&self.connections);
        self.run(doing, async move {
            let tx = connections.begin(whose, kind).await?;
            let (tx, value) = connections.work(limit, tx, work).await?;
            tx.roll_back().await;
            Ok(value)
        })
        .await
    }

    /// Says that this process serves the database, as long as the session is held.
    pub(crate) async fn serve(&self, doing: &'static str) -> Result<ServingSession, Error> {
        let pool = self.connections.pool.clone();
        self.run(doing, ServingSession::start(pool)).await
    }

    /// Waits for the work that is under way, and closes all connections.
    pub(crate) async fn close(&self) {
        self.work.close();
        self.work.wait().await;
        self.connections.pool.close();
    }

    /// Lets `work` run to its end, whether or not its caller waits.
    async fn run<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl Future<Output = Result<T, Cause>> + Send + 'static,
    ) -> Result<T, Error> {
        let failed = |cause| Error::new(doing, cause);
        if self.work.is_closed() {
            return Err(failed(Cause::Closed));
        }
        if self.connections.pool.status().waiting >= MOST_WAITING {
            return Err(failed(Cause::TooMuchWaits { most: MOST_WAITING }));
        }
        match self.work.spawn(work).await {
            Ok(result) => result.map_err(failed),
            Err(ended) if ended.is_panic() => {
                Err(failed(Cause::Panicked(panic_text(ended.into_panic().as_ref()))))
            }
            Err(_) => Err(failed(Cause::Closed)), // The runtime shuts down.
        }
    }
}

impl Connections {
    /// A transaction on a connection that works: one that broke since it was last used is
    /// replaced, because nothing was done on it yet.
    async fn begin(&self, whose: Whose, kind: Kind) -> Result<Tx, Cause> {
        match Tx::begin(&self.pool, whose, kind).await {
            Err(cause) if cause.is_unreachable() => {
                self.distrust_after(&cause);
                Tx::begin(&self.pool, whose, kind).await
            }
            begun => begun,
        }
    }

    /// Does the work; what failed is rolled back.
    async fn work<T, W, F>(&self, limit: Duration, tx: Tx, work: W) -> Result<(Tx, T), Cause>
    where
        W: FnOnce(Tx) -> F,
        F: Future<Output = Result<T, Cause>>,
    {
        let done = timeout(limit, work(tx.clone())).await;
        match done.unwrap_or_else(|_| Err(ServerCause::Silent.into())) {
            Ok(value) => Ok((tx, value)),
            Err(cause) if cause.is_unreachable() => {
                drop(tx);
                self.distrust_after(&cause);
                Err(cause)
            }
            Err(cause) => {
                tx.roll_back().await;
                Err(cause)
            }
        }
    }

    /// Closes all idle connections after one broke: they lead to the same server.
    fn distrust_after(&self, cause: &Cause) {
        if cause.is_unreachable() {
            drop(self.pool.retain(|_, _| false));
        }
    }
}

impl std::fmt::Debug for Connections {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the pool: it knows the password.
        f.debug_struct("Connections").finish_non_exhaustive()
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a message").to_owned()
}
