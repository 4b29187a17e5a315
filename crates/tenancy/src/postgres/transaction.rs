//! A transaction as the statements see it, and the connection that it borrows.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Object, Pool};
use tokio::time::timeout;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::Whose;
use super::failing::ServerCause;
use crate::error::Cause;

/// How long the server may take to end a transaction that wrote nothing.
const END: Duration = Duration::from_secs(2);

/// What stands for a value in a statement.
pub(crate) type Value<'a> = &'a (dyn ToSql + Sync);

/// An open transaction. Whoever drops the last handle without ending it closes the connection, so
/// that no transaction is left open in the pool.
#[derive(Clone)]
pub(crate) struct Tx {
    lent: Arc<Lent>,
}

struct Lent {
    connection: Option<Object>,
}

/// What a transaction may do.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// One moment of the database, however many statements look at it.
    Reading,
    /// The same, without a limit of time: for work that reads everything.
    ReadingAll,
    Writing,
}

impl Tx {
    /// Begins a transaction in which only this one's rows are there.
    pub(super) async fn begin(pool: &Pool, whose: Whose, kind: Kind) -> Result<Self, Cause> {
        let begin = match kind {
            Kind::Reading => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Kind::ReadingAll => {
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0"
            }
            Kind::Writing => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        };
        let begin = match whose {
            Whose::Platform => format!("{begin}; SET LOCAL phanedge.tenant = '*'"),
            Whose::Tenant(id) => format!("{begin}; SET LOCAL phanedge.tenant = '{id}'"),
        };
        let tx = Self { lent: Arc::new(Lent { connection: Some(pool.get().await?) }) };
        let answer = timeout(END, tx.client()?.batch_execute(&begin)).await;
        answer.map_err(|_| Cause::from(ServerCause::Silent))??;
        Ok(tx)
    }

    pub(super) fn client(&self) -> Result<&Object, Cause> {
        self.lent.connection.as_ref().ok_or(Cause::Closed)
    }

    pub(super) async fn rows(&self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, Cause> {
        let client = self.client()?;
        let statement = client.prepare_cached(sql).await?;
        Ok(client.query(&statement, values).await?)
    }

    /// The row of a statement that answers at most one.
    pub(super) async fn row(&self, sql: &str, values: &[Value<'_>]) -> Result<Option<Row>, Cause> {
        let client = self.client()?;
        let statement = client.prepare_cached(sql).await?;
        Ok(client.query_opt(&statement, values).await?)
    }

    /// The row of a statement that always answers one.
    pub(super) async fn one(&self, sql: &str, values: &[Value<'_>]) -> Result<Row, Cause> {
        let client = self.client()?;
        let statement = client.prepare_cached(sql).await?;
        Ok(client.query_one(&statement, values).await?)
    }

    /// Answers how many rows were changed.
    pub(super) async fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, Cause> {
        let client = self.client()?;
        let statement = client.prepare_cached(sql).await?;
        Ok(client.execute(&statement, values).await?)
    }

    /// Ends a transaction that is not to be kept; a connection that cannot even do that is closed.
    pub(super) async fn roll_back(self) {
        if let Ok(client) = self.client()
            && let Ok(Ok(())) = timeout(END, client.batch_execute("ROLLBACK")).await
        {
            self.give_back();
        }
    }

    /// The transaction has ended, and the connection is as good as before.
    pub(super) fn give_back(self) {
        if let Some(mut lent) = Arc::into_inner(self.lent) {
            drop(lent.connection.take());
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            // Out of the pool, and closed.
            drop(Object::take(connection));
        }
    }
}
