//! Corrections: what a human adds to a charge, in a row of its own. The charge stays as it is.

use seedance_model::TaskId;

use crate::backend::writing;
use crate::error::Cause;
use crate::{Actor, Error, LedgerEntry, Store, UnixMillis};

/// A correction of a charge. The figures are added to those of the charge, so they may be
/// negative. Money is in millionths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCorrection {
    /// The task whose charge is corrected.
    pub task: TaskId,
    /// Its number among the corrections of that task: 1 is the first. Whoever computed the figures
    /// saw all before it.
    pub number: u32,
    /// The tokens to add.
    pub tokens: i64,
    /// The amount to add, in millionths of a CNY.
    pub charge_cny_micros: i64,
    /// The amount to add, in millionths of a USD.
    pub charge_usd_micros: i64,
    /// Why. It goes into the audit log.
    pub reason: String,
}

impl NewCorrection {
    /// The task has come to another number.
    pub(crate) fn overtaken(&self) -> Cause {
        Cause::Overtaken { task: self.task.clone(), number: self.number }
    }
}

impl Store {
    /// Adds a correction to the ledger, and answers its row. `None`: the task has no charge, and
    /// nothing was changed.
    ///
    /// Terms and prices are those of the charge. `actor` and reason go into the audit log, in
    /// the same transaction. If the task does not come to this number next, because somebody else
    /// corrected it meanwhile, the call fails with [`Error::is_overtaken`].
    pub async fn add_correction(
        &self,
        correction: NewCorrection,
        actor: impl Into<Actor>,
        now: UnixMillis,
    ) -> Result<Option<LedgerEntry>, Error> {
        let actor: Actor = actor.into();
        writing!(self, "correct a charge", corrections::add(&correction, &actor, now),
            storing [&correction.reason, actor.name(), actor.request_text()])
    }
}
