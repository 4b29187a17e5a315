//! The ledger: one row for each charge and each correction, written once, never changed.

use seedance_model::{Model, TaskId};

use crate::backend::reading;
use crate::{Error, Store, TenantName, UnixMillis};

/// One row of the ledger. Money and rates are in millionths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Its number; later rows have larger numbers.
    pub entry_id: i64,
    /// Is it a charge or the correction of one?
    pub kind: LedgerKind,
    /// The task that it is for.
    pub task_id: TaskId,
    /// The name of the tenant that owns the task.
    pub tenant: TenantName,
    /// The name of the upstream account that ran the task.
    pub upstream: String,
    /// The model.
    pub model: Model,
    /// The name of the SKU that the price is for.
    pub sku: String,
    /// The final resolution, such as `720p`.
    pub resolution: String,
    /// Did the request carry a reference video?
    pub has_video: bool,
    /// The tokens that the upstream counted; of a correction, those that it adds.
    pub tokens: i64,
    /// The price, in millionths of a CNY per million tokens.
    pub price_cny_micros_per_million: i64,
    /// The exchange rate, in millionths of a CNY per USD.
    pub cny_per_usd_micros: i64,
    /// The rate, in millionths of a USD per million tokens.
    pub rate_usd_micros_per_million: i64,
    /// The charge, in millionths of a CNY; of a correction, what it adds.
    pub charge_cny_micros: i64,
    /// The charge, in millionths of a USD; of a correction, what it adds.
    pub charge_usd_micros: i64,
    /// The version of the tariff that it was computed with.
    pub tariff: String,
    /// When the intent of the task was opened.
    pub task_created_at: UnixMillis,
    /// When the success was observed, the quarantine resolved, or the correction made.
    pub settled_at: UnixMillis,
}

/// Why a row is in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LedgerKind {
    /// A task succeeded. Each task has at most one such row.
    Charge,
    /// A human corrected a charge: tokens and amounts are added to it, and may be negative.
    Correction,
}

impl LedgerKind {
    /// The name that exports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Correction => "correction",
        }
    }
}

/// Which rows of the ledger are wanted. The default is all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerFilter {
    /// Only this tenant's.
    pub tenant: Option<TenantName>,
    /// Only those settled at this time or later.
    pub from: Option<UnixMillis>,
    /// Only those settled before this time.
    pub to: Option<UnixMillis>,
}

/// The sums over the whole ledger. Money is in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LedgerTotals {
    /// How many rows there are.
    pub entries: u64,
    /// The tokens of all of them.
    pub tokens: i64,
    /// The charges, in millionths of a CNY.
    pub charge_cny_micros: i64,
    /// The charges, in millionths of a USD.
    pub charge_usd_micros: i64,
}

impl Store {
    /// A page of the ledger: at most `limit` rows, in the order of settlement, then of number.
    ///
    /// `after` is the [`LedgerEntry::entry_id`] of the last row of the page before. An export
    /// asks until a page is shorter than `limit`. Costs as many steps as it answers rows.
    pub async fn ledger_page(
        &self,
        filter: &LedgerFilter,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Vec<LedgerEntry>, Error> {
        let filter = filter.clone();
        reading!(self, "read the ledger", ledger::page(&filter, after, limit))
    }

    /// The charge of a task and its corrections, in their order; whoever owns it. Empty: it has no
    /// charge.
    pub async fn ledger_of_task(&self, id: &TaskId) -> Result<Vec<LedgerEntry>, Error> {
        let id = id.clone();
        reading!(self, "read what a task cost", ledger::of_task(&id))
    }

    /// The rows that were added last, newest first, at most `limit`.
    ///
    /// By number, whatever their times: a correction may be dated back. Costs as many steps as it
    /// answers rows.
    pub async fn newest_ledger_entries(&self, limit: u32) -> Result<Vec<LedgerEntry>, Error> {
        reading!(self, "read the end of the ledger", ledger::newest(limit))
    }

    /// The sums over the whole ledger, from counters: one step for each tenant.
    pub async fn ledger_totals(&self) -> Result<LedgerTotals, Error> {
        reading!(self, "sum the ledger", ledger::totals())
    }
}
