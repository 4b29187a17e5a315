//! The ledger as it stood at one moment: its kept totals, its rows page by page, and their sums.
//!
//! Rows are only ever added, each with a larger number than all before it, so the number of the
//! last row stands for the moment. What is settled meanwhile is left out: the sums agree to the
//! last millionth beside a running server too. What a row means is not known here.

use std::fmt;

use seedance_pricing::Decimal;
use tenancy::{Error, LedgerEntry, LedgerFilter, LedgerTotals, Store};

/// Rows that are in memory at once.
pub(crate) const PAGE: u32 = 1000;
/// Decimals of money and rates: they are kept in millionths.
pub(crate) const DECIMALS: u32 = 6;

/// A moment of the ledger.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// The totals that the store kept at this moment.
    pub(crate) kept: Sums,
    /// The number of the last row; 0 if there was none.
    last: i64,
}

impl Moment {
    /// The ledger as it stands now.
    pub(crate) async fn now(store: &Store) -> Result<Self, Error> {
        let mut last = last_number(store).await?;
        loop {
            let kept = store.ledger_totals().await?;
            let still_last = last_number(store).await?;
            if still_last == last {
                return Ok(Self { kept: Sums::from(kept), last });
            }
            // A row came in between: the totals may have it already.
            last = still_last;
        }
    }

    /// Did the row exist at this moment?
    pub(crate) fn has(&self, entry: &LedgerEntry) -> bool {
        entry.entry_id <= self.last
    }

    /// The rows of this moment that `filter` selects.
    pub(crate) fn pages(self, store: &Store, filter: LedgerFilter) -> Pages {
        Pages { store: store.clone(), filter, moment: self, after: None, ended: false }
    }
}

async fn last_number(store: &Store) -> Result<i64, Error> {
    let newest = store.newest_ledger_entries(1).await?;
    Ok(newest.first().map_or(0, |entry| entry.entry_id))
}

/// Rows of one moment in the order of settlement, one page at a time.
#[derive(Debug)]
pub(crate) struct Pages {
    store: Store,
    filter: LedgerFilter,
    moment: Moment,
    after: Option<i64>,
    ended: bool,
}

impl Pages {
    /// The next rows, at most [`PAGE`]. `None`: there are no more.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<LedgerEntry>>, Error> {
        if self.ended {
            return Ok(None);
        }
        let mut page = self.store.ledger_page(&self.filter, self.after, PAGE).await?;
        self.ended = page.len() < PAGE as usize;
        self.after = page.last().map(|entry| entry.entry_id);
        page.retain(|entry| self.moment.has(entry));
        Ok(Some(page))
    }
}

/// What rows add up to. Wide enough for any number of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) rows: u64,
    tokens: i128,
    cny_micros: i128,
    usd_micros: i128,
}

impl Sums {
    pub(crate) fn add(&mut self, entry: &LedgerEntry) {
        self.rows += 1;
        self.tokens += i128::from(entry.tokens);
        self.cny_micros += i128::from(entry.charge_cny_micros);
        self.usd_micros += i128::from(entry.charge_usd_micros);
    }
}

impl From<LedgerTotals> for Sums {
    fn from(kept: LedgerTotals) -> Self {
        Self {
            rows: kept.entries,
            tokens: kept.tokens.into(),
            cny_micros: kept.charge_cny_micros.into(),
            usd_micros: kept.charge_usd_micros.into(),
        }
    }
}

impl fmt::Display for Sums {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rows, tokens, cny_micros, usd_micros } = *self;
        let (cny, usd) = (decimal(cny_micros), decimal(usd_micros));
        write!(f, "{rows} rows, {tokens} tokens, {cny} CNY, {usd} USD")
    }
}

/// Millionths as the shortest exact decimal, such as `-0.7`.
pub(crate) fn decimal(micros: impl Into<i128>) -> String {
    let micros = micros.into();
    let exact = Decimal::try_from_i128_with_scale(micros, DECIMALS);
    exact.map_or_else(|_| format!("{micros}e-6"), |exact| exact.normalize().to_string())
}
