//! Commits whose answer may get lost, and how it is found out what became of them.
//!
//! Each transaction that wrote something leaves a receipt in the same commit. Who did not hear
//! the answer asks for it, by trying to write it as "not kept": that waits for the transaction if
//! it is still under way, finds its receipt if it was committed, and otherwise is in its way for
//! good. So the question has an exact answer, whoever asks it how often, also after a crash of
//! the server, and after a failover that lost the transaction.
//!
//! The transaction's own number would not do: after a crash, a number that did not reach the log
//! is given out again, and stands for somebody else's transaction.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use deadpool_postgres::Pool;
use tokio::time::{Instant, interval, timeout};
use tokio_postgres::error::{DbError, Severity};

use super::columns::get;
use super::failing::ServerCause;
use super::transaction::Tx;
use crate::error::Cause;

/// How long the answer of a commit may take. Synchronous replicas may be slow.
const ANSWER: Duration = Duration::from_secs(6);

/// How long it is tried to find out what became of a commit.
const READING_BACK: Duration = Duration::from_secs(20);

/// Between two tries. Short: a server that restarts should find its callers waiting.
const PAUSE: Duration = Duration::from_millis(100);

/// No row: the transaction that this was for is the one that is there.
const REFUSE: &str = "
    INSERT INTO receipts (writer, number, kept) VALUES ($1, $2, false) ON CONFLICT DO NOTHING";

const IS_KEPT: &str = "SELECT kept FROM receipts WHERE writer = $1 AND number = $2";

/// Numbers of receipts: of this process, and within it.
#[derive(Debug)]
pub(super) struct Receipts {
    writer: i64,
    next: AtomicI64,
}

/// The receipt of one transaction.
#[derive(Clone, Copy)]
struct Receipt {
    writer: i64,
    number: i64,
}

impl Receipts {
    pub(super) fn new() -> Result<Self, Cause> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(Cause::Randomness)?;
        Ok(Self { writer: i64::from_ne_bytes(random), next: AtomicI64::new(1) })
    }

    fn next(&self) -> Receipt {
        Receipt { writer: self.writer, number: self.next.fetch_add(1, Ordering::Relaxed) }
    }

    /// Commits the transaction. `Ok`: it is durable. An error: it is not kept, unless the error
    /// is `InDoubt`.
    pub(super) async fn commit(&self, pool: &Pool, tx: Tx) -> Result<(), Cause> {
        let receipt = self.next();
        let answer = timeout(ANSWER, tx.client()?.batch_execute(&receipt.commit())).await;
        match answer {
            Ok(Ok(())) => {
                tx.give_back();
                Ok(())
            }
            Ok(Err(error)) if is_refusal(&error) => {
                tx.roll_back().await;
                Err(error.into())
            }
            Ok(Err(_)) | Err(_) => {
                drop(tx);
                receipt.read_back(pool).await
            }
        }
    }
}

impl Receipt {
    /// The end of a transaction, in one message. What wrote nothing needs no receipt.
    fn commit(self) -> String {
        format!(
            "INSERT INTO receipts (writer, number, kept) SELECT {}, {}, true
             WHERE pg_current_xact_id_if_assigned() IS NOT NULL;
             COMMIT",
            self.writer, self.number
        )
    }

    async fn read_back(self, pool: &Pool) -> Result<(), Cause> {
        let deadline = Instant::now() + READING_BACK;
        let mut tries = interval(PAUSE);
        loop {
            tries.tick().await;
            match self.is_kept(pool).await {
                Ok(true) => return Ok(()),
                Ok(false) => return Err(ServerCause::NotKept.into()),
                Err(_) if Instant::now() > deadline => return Err(ServerCause::InDoubt.into()),
                Err(_) => {}
            }
        }
    }

    /// Two transactions: what the first one says, the second one reads when it is durable.
    async fn is_kept(self, pool: &Pool) -> Result<bool, Cause> {
        let asking = async {
            let client = pool.get().await?;
            client.execute(REFUSE, &[&self.writer, &self.number]).await?;
            let row = client.query_one(IS_KEPT, &[&self.writer, &self.number]).await?;
            get(&row, 0)
        };
        timeout(ANSWER, asking).await.map_err(|_| Cause::from(ServerCause::Silent))?
    }
}

/// Did the server refuse the commit? One that is going down may say so after it committed.
fn is_refusal(error: &tokio_postgres::Error) -> bool {
    let severity = error.as_db_error().and_then(DbError::parsed_severity);
    severity == Some(Severity::Error)
}
