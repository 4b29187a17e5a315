//! The pool of connections, and what is checked before one is trusted.

use std::time::Duration;

use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts,
};
use tokio_postgres::Client;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::failing::ServerCause;
use super::location::Location;
use crate::error::Cause;

/// The most connections of one process. Three replicas and their commands fit into the 100 that a
/// server has by default.
const CONNECTIONS: usize = 16;

/// How long work waits for a connection before its caller hears "busy".
const WAIT: Duration = Duration::from_secs(5);

/// How long the checks of a new connection may take, with the time to make it.
const CREATE: Duration = Duration::from_secs(5);

/// The oldest server that is known to work, as `server_version_num`.
const OLDEST_SERVER: i32 = 140_000;

/// Settings of every connection, in milliseconds. A statement of a request runs for 5 ms at most;
/// one that takes 4 s is stuck. What a broken connection left open is given up by the server.
const SETTINGS: &str = "
    SET statement_timeout = 4000;
    SET lock_timeout = 2000;
    SET idle_in_transaction_session_timeout = 10000;
    SET timezone = 'UTC';
    SET jit = off";

const CHECKED: &str = "
    SELECT current_setting('server_version_num')::int4, current_setting('server_version'),
           current_setting('fsync'), current_setting('full_page_writes'),
           current_setting('synchronous_commit'),
           (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)";

/// A pool that makes connections when they are asked for.
pub(crate) fn pool(location: Location) -> Result<Pool, Cause> {
    let tls = MakeRustlsConnect::new(location.tls);
    let fast = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(location.config, tls, fast);
    let prepare = Hook::async_fn(|client, _| {
        Box::pin(async move {
            match prepare(client).await.map_err(HookError::Backend)? {
                Ok(()) => Ok(()),
                Err(refusal) => Err(HookError::message(refusal.to_string())),
            }
        })
    });
    Pool::builder(manager)
        .max_size(CONNECTIONS)
        .timeouts(Timeouts { wait: Some(WAIT), create: Some(CREATE), recycle: Some(CREATE) })
        .runtime(Runtime::Tokio1)
        .post_create(prepare)
        .build()
        .map_err(|_| Cause::Closed) // Only a missing runtime is an error here.
}

/// Makes a connection ours. The inner error: the server is not to be trusted with anything.
async fn prepare(client: &Client) -> Result<Result<(), ServerCause>, tokio_postgres::Error> {
    client.batch_execute(SETTINGS).await?;
    let row = client.query_one(CHECKED, &[]).await?;
    if row.try_get::<_, i32>(0)? < OLDEST_SERVER {
        return Ok(Err(ServerCause::OldServer { version: row.try_get(1)? }));
    }
    for (column, setting) in [(2, "fsync"), (3, "full_page_writes"), (4, "synchronous_commit")] {
        if row.try_get::<_, &str>(column)? == "off" {
            return Ok(Err(ServerCause::Forgetful { setting }));
        }
    }
    if row.try_get(5)? {
        return Ok(Err(ServerCause::PrivilegedRole));
    }
    Ok(Ok(()))
}
