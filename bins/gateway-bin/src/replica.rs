//! This gateway among others on the same database: its name, and what it leads.
//!
//! A lead divides work and guards nothing: whoever is late does no harm, because effects are
//! guarded by transitions and unique keys.

use std::sync::Arc;
use std::time::Duration;

use tenancy::{Store, UnixMillis};

use crate::clock::later;

/// How long a lead lasts that is not renewed.
const LEAD: Duration = Duration::from_secs(30);

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
        let name = format!("{what}:{upstream}");
        store.lease(&name, &self.id, now, later(now, LEAD)).await
    }
}
