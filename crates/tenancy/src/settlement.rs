//! What the upstream said about a task, and the one charge that follows from success.
//!
//! Transitions are guarded here and not by the caller: any number of observers may race.

use seedance_model::{TaskId, TaskStatus};

use crate::backend::writing;
use crate::{Error, SettlementState, Store, UnixMillis};

/// What the upstream said about a task, and what the caller makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The task that was asked for.
    pub task: TaskId,
    /// Its status. `None`: a status that nobody knows, so status and body stay as they are.
    pub status: Option<TaskStatus>,
    /// The new reply of a GET: JSON. `None`: keep the one that is stored.
    pub body: Option<Vec<u8>>,
    /// When the upstream said so.
    pub observed_at: UnixMillis,
    /// When to ask again, unless the status is terminal.
    pub next_check_at: UnixMillis,
    /// What to do about money, should this observation be the one that ends the task.
    pub settlement: Settlement,
}

/// What to do about money when a task ends.
///
/// Looked at only by the observation that ends the task. A task that did not succeed is free,
/// whatever is said here. A success without charge or quarantine is put into quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// Nothing: the task is not finished.
    None,
    /// Charge it.
    Charge(NewLedgerEntry),
    /// It succeeded with a usage that makes no sense: keep it for a human.
    Quarantine {
        /// What is wrong with the usage.
        reason: String,
        /// The usage as the upstream wrote it.
        usage: String,
    },
    /// It ended without a video.
    Free,
}

impl Settlement {
    /// What of it is text.
    fn texts(&self) -> (&str, &str) {
        match self {
            Self::Charge(entry) => entry.texts(),
            Self::Quarantine { reason, usage } => (reason, usage),
            Self::None | Self::Free => ("", ""),
        }
    }
}

/// The figures of a charge. Money and rates are in millionths, never floats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLedgerEntry {
    /// The name of the SKU that the price is for.
    pub sku: String,
    /// The final resolution, such as `720p`.
    pub resolution: String,
    /// The tokens that the upstream counted.
    pub tokens: u64,
    /// The price, in millionths of a CNY per million tokens.
    pub price_cny_micros_per_million: i64,
    /// The exchange rate, in millionths of a CNY per USD.
    pub cny_per_usd_micros: i64,
    /// The rate, in millionths of a USD per million tokens.
    pub rate_usd_micros_per_million: i64,
    /// The charge, in millionths of a CNY.
    pub charge_cny_micros: i64,
    /// The charge, in millionths of a USD.
    pub charge_usd_micros: i64,
}

impl NewLedgerEntry {
    /// What of it is text.
    pub(crate) fn texts(&self) -> (&str, &str) {
        (&self.sku, &self.resolution)
    }
}

/// What an observation changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recorded {
    /// The task moved to this status now; if it is terminal, its settlement is recorded with it.
    Changed,
    /// The status is as before: the same again, an unknown one, or a step back.
    Unchanged,
    /// The task had ended before: nothing was changed, and nothing was charged.
    AlreadyTerminal,
    /// The store does not know the task.
    NoSuchTask,
}

impl Store {
    /// Records what the upstream said, and settles the task if this ends it: one transaction.
    ///
    /// Terminal states are final, steps back are ignored, and only the observation that moves a
    /// task to `succeeded` writes its charge, so a task is charged at most once. Tokens above
    /// 2^63-1 are an error, and nothing is recorded.
    pub async fn record_observation(&self, observation: Observation) -> Result<Recorded, Error> {
        let (first, second) = observation.settlement.texts();
        writing!(self, "record an observation", observing::record(&observation),
            storing [first, second])
    }
}

/// What the end of a task means for money.
pub(crate) enum Verdict<'a> {
    Charge(&'a NewLedgerEntry),
    Quarantine { reason: &'a str, usage: &'a str },
    Free,
}

impl<'a> Verdict<'a> {
    /// Only a success costs anything, and no success is let go without a row.
    pub(crate) fn of(end: TaskStatus, settlement: &'a Settlement) -> Self {
        if end != TaskStatus::Succeeded {
            return Self::Free;
        }
        match settlement {
            Settlement::Charge(entry) => Self::Charge(entry),
            Settlement::Quarantine { reason, usage } => Self::Quarantine { reason, usage },
            Settlement::None | Settlement::Free => {
                Self::Quarantine { reason: "the success came without a charge", usage: "" }
            }
        }
    }

    /// The settlement state of the task from now on.
    pub(crate) fn state(&self) -> SettlementState {
        match self {
            Self::Charge(_) => SettlementState::Charged,
            Self::Quarantine { .. } => SettlementState::Quarantined,
            Self::Free => SettlementState::Free,
        }
    }
}
