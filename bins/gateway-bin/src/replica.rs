//! This gateway among others on the same database: its name, and what it leads.
//!
//! A lead divides work and guards nothing: whoever is late does no harm, because effects are
//! guarded by transitions and unique keys.

use std::sync::Arc;
use std::time::Duration;

use tenancy::{Store, UnixMillis};
use tokio::time::timeout;

use crate::clock::later;

/// How long a lead lasts that is not renewed.
const LEAD: Duration = Duration::from_secs(30);
/// How long a stop waits to give a lead back; it ends by itself anyway.
const GIVING_BACK: Duration = Duration::from_secs(1);

/// One gateway.
#[derive(Clone, Debug)]
pub(crate) struct Replica {
    id: Arc<str>,
    /// Whether others may work on the same database.
    pub(crate) has_others: bool,
}

impl Replica {
    /// A new name, which no other gateway has.
    pub(crate) fn new(has_others: bool) -> anyhow::Result<Self> {
        let mut id = [0; 16];
        getrandom::fill(&mut id)?;
        Ok(Self { id: format!("{:032x}", u128::from_be_bytes(id)).into(), has_others })
    }

    /// Whether this gateway is the one to do `what` for an upstream account now.
    pub(crate) async fn leads(
        &self,
        store: &Store,
        what: &str,
        upstream: &str,
        now: UnixMillis,
    ) -> Result<bool, tenancy::Error> {
        store.lease(&lead(what, upstream), &self.id, now, later(now, LEAD)).await
    }

    /// At the end of the work that it led: another gateway leads from its next round on.
    pub(crate) async fn gives_back(&self, store: &Store, what: &str, upstream: &str) {
        if !self.has_others {
            return;
        }
        let lead = lead(what, upstream);
        match timeout(GIVING_BACK, store.release_lease(&lead, &self.id)).await {
            Ok(Ok(was_leading)) => tracing::debug!(lead, was_leading, "a lead is given back"),
            Ok(Err(error)) => tracing::debug!(lead, %error, "a lead is not given back"),
            Err(_) => tracing::debug!(lead, "a lead is not given back in time"),
        }
    }
}

fn lead(what: &str, upstream: &str) -> String {
    format!("{what}:{upstream}")
}
