//! The session in which a server says that it serves: migrations look for it.
//!
//! Any number of servers share the lock. It is lost with the connection, so a session that broke
//! is replaced as soon as the database is back.

use std::time::Duration;

use deadpool_postgres::{ClientWrapper, Object, Pool};
use tokio::task::JoinHandle;
use tokio::time::interval;

use super::columns::get;
use super::failing::ServerCause;
use super::schema::SERVING;
use crate::error::Cause;

/// How often a session is looked after.
const LOOK: Duration = Duration::from_secs(1);

/// A server's session. Dropping it ends the session.
#[derive(Debug)]
pub(crate) struct ServingSession {
    keeper: JoinHandle<()>,
}

impl ServingSession {
    /// Takes the lock, and keeps it from now on. Does not wait for a migration that is under way.
    pub(super) async fn start(pool: Pool) -> Result<Self, Cause> {
        let session = take(&pool).await?;
        Ok(Self { keeper: tokio::spawn(keep(pool, session)) })
    }
}

impl Drop for ServingSession {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

async fn keep(pool: Pool, mut session: ClientWrapper) {
    let mut looks = interval(LOOK);
    loop {
        looks.tick().await;
        if session.is_closed()
            && let Ok(next) = take(&pool).await
        {
            session = next;
        }
        if pool.is_closed() {
            return;
        }
    }
}

/// A connection of its own, outside of the pool, that has the lock.
async fn take(pool: &Pool) -> Result<ClientWrapper, Cause> {
    let session = Object::take(pool.get().await?);
    let lock = format!("SELECT pg_try_advisory_lock_shared({SERVING})");
    let locked = get(&session.query_one(&lock, &[]).await?, 0)?;
    if locked { Ok(session) } else { Err(ServerCause::Migrated.into()) }
}
