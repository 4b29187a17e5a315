//! The tenants that called a moment ago, by the hash of their token, so that a tenant who polls many
//! tasks does not have its token looked up at every poll.
//!
//! It decides how long a token that was revoked, or a tenant that was switched off, may go on: a
//! quarter of a second, in every gateway on the store. Tokens that are not valid are not remembered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tenancy::{Error, Store, Tenant, Token, UnixMillis};

use crate::clock::later;

/// How long a look-up is good for.
const GOOD_FOR: Duration = Duration::from_millis(250);
/// Most tokens that are remembered; with more, all are looked up again.
const MOST: usize = 10_000;

/// The tokens that were looked up lately.
#[derive(Clone, Debug, Default)]
pub(crate) struct Callers(Arc<Mutex<HashMap<[u8; 32], Seen>>>);

#[derive(Debug)]
struct Seen {
    tenant: Tenant,
    at: UnixMillis,
}

impl Seen {
    /// A clock that was set back makes it old, too.
    fn is_good(&self, now: UnixMillis) -> bool {
        self.at <= now && now < later(self.at, GOOD_FOR)
    }
}

impl Callers {
    /// The tenant of a valid token, as it is now or was a moment ago.
    pub(crate) async fn tenant_of(
        &self,
        store: &Store,
        token: &Token,
        now: UnixMillis,
    ) -> Result<Option<Tenant>, Error> {
        let sha256 = token.sha256();
        let remembered = self
            .seen()
            .get(&sha256)
            .filter(|seen| seen.is_good(now))
            .map(|seen| seen.tenant.clone());
        if remembered.is_some() {
            return Ok(remembered);
        }
        let tenant = store.authenticate(token, now).await?;
        let mut seen = self.seen();
        match &tenant {
            Some(tenant) => {
                if seen.len() >= MOST {
                    seen.clear();
                }
                seen.insert(sha256, Seen { tenant: tenant.clone(), at: now });
            }
            None => {
                seen.remove(&sha256);
            }
        }
        Ok(tenant)
    }

    /// The tenant that the token was looked up for the last time, however long ago that is.
    pub(crate) fn remembered(&self, token: &Token) -> Option<Tenant> {
        self.seen().get(&token.sha256()).map(|seen| seen.tenant.clone())
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<[u8; 32], Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
