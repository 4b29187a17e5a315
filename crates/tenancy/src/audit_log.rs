//! The audit log: who did what by hand, or in place of a hand. Written once, never changed.

use crate::backend::{reading, writing};
use crate::{Actor, Error, Store, UnixMillis};

/// One record of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its number; later records have larger numbers.
    pub record_id: i64,
    /// When it was done.
    pub at: UnixMillis,
    /// Who did it.
    pub actor: String,
    /// What was done, in a few words that are always the same.
    pub action: String,
    /// What it was done to.
    pub subject: String,
    /// What else there is to know, such as the reason.
    pub detail: String,
    /// The request in which it was done, if it was one.
    pub request_id: Option<String>,
}

impl Store {
    /// Adds a record to the audit log, for what the caller did beside the store.
    ///
    /// What the store does itself and asks an `actor` for is recorded with it, in one transaction.
    pub async fn record_audit(
        &self,
        actor: impl Into<Actor>,
        action: &str,
        subject: &str,
        detail: &str,
        now: UnixMillis,
    ) -> Result<(), Error> {
        let actor: Actor = actor.into();
        let [action, subject, detail] = [action, subject, detail].map(str::to_owned);
        writing!(
            self,
            "add to the audit log",
            audit_log::record(&actor, &action, &subject, &detail, now),
            storing [actor.name(), actor.request_text(), &action, &subject, &detail]
        )
    }

    /// A page of the audit log: at most `limit` records, oldest first.
    ///
    /// `after` is the [`AuditRecord::record_id`] of the last record of the page before.
    pub async fn audit_page(
        &self,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, Error> {
        reading!(self, "read the audit log", audit_log::page(after, limit))
    }
}
