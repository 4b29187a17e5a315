//! All addresses of a name, of both families, in bounded time.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::lookup::{Unanswered, look_up};
use super::name_servers::{NameServers, Pool, pool};
use crate::error::Error;
use crate::refusal::{Reason, Refusal};

/// How long one family may take; both are asked at the same time.
const FAMILY_PATIENCE: Duration = Duration::from_secs(2);

/// How long a name may wait for its turn, so that a verdict takes 3 s at most.
const TURN_PATIENCE: Duration = Duration::from_secs(1);

/// How many names are looked up at the same time; each may hold a few sockets.
const MAX_CONCURRENT_LOOKUPS: usize = 64;

/// Asks DNS for names; clones share the bound.
#[derive(Clone)]
pub(super) struct Resolution {
    pool: Pool,
    turns: Arc<Semaphore>,
}

impl Resolution {
    pub(super) fn new(name_servers: NameServers) -> Result<Resolution, Error> {
        Ok(Resolution {
            pool: pool(name_servers, FAMILY_PATIENCE)?,
            turns: Arc::new(Semaphore::new(MAX_CONCURRENT_LOOKUPS)),
        })
    }

    /// Every A and AAAA address of a name, perhaps none; refused unless both were answered.
    pub(super) async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, Refusal> {
        // Fully qualified, so that search domains never apply.
        let mut name = Name::from_ascii(name).map_err(|_| unresolved())?;
        name.set_fqdn(true);
        let Ok(Ok(_turn)) = timeout(TURN_PATIENCE, self.turns.acquire()).await else {
            return Err(busy());
        };
        let (mut addresses, v6) = tokio::try_join!(
            self.family(name.clone(), RecordType::A),
            self.family(name, RecordType::AAAA),
        )
        .map_err(|Unanswered| unresolved())?;
        addresses.extend(v6);
        Ok(addresses)
    }

    async fn family(&self, name: Name, family: RecordType) -> Result<Vec<IpAddr>, Unanswered> {
        timeout(FAMILY_PATIENCE, look_up(&self.pool, name, family)).await.unwrap_or(Err(Unanswered))
    }
}

/// One text for every failure, so that nobody learns which names exist behind the name servers.
pub(super) fn unresolved() -> Refusal {
    Refusal::new(
        Reason::Unresolved,
        "host name has no complete answer from DNS; it needs a public A or AAAA record, and name \
         servers that answer for both",
    )
}

fn busy() -> Refusal {
    Refusal::new(
        Reason::Busy,
        "too many host names are being checked at this moment; try again later",
    )
}
