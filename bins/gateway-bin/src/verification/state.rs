//! What the last whole verification found, for operators who ask.

use std::sync::{Arc, Mutex, PoisonError};

use tenancy::UnixMillis;

use super::{Check, Findings, Tally};

/// The last whole verification of a running gateway.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verified(Arc<Mutex<Option<Verification>>>);

/// A verification that ended.
#[derive(Clone, Debug)]
pub(crate) struct Verification {
    pub(crate) ended_at: UnixMillis,
    /// What came of each check. `None`: the ledger could not be read.
    pub(crate) tallies: Option<Vec<(Check, Tally)>>,
}

impl Verified {
    pub(crate) fn last(&self) -> Option<Verification> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn ended(&self, ended_at: UnixMillis, findings: Option<&Findings<'_>>) {
        let tallies = findings
            .map(|found| found.by_check().map(|(check, tally)| (check, tally.clone())).collect());
        let last = Some(Verification { ended_at, tallies });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = last;
    }
}
