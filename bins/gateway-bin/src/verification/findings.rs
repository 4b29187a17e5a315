//! What a verification looked at and found, by check.

use std::{fmt, io};

use tenancy::LedgerEntry;

use super::Report;

/// One thing that is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// The stored tariffs are what their versions stand for.
    Tariffs,
    /// The SKU follows from model, resolution and reference video.
    Skus,
    /// Price, exchange rate and rate are the tariff's.
    Prices,
    /// Both amounts follow from tokens, price and rate.
    Charges,
    /// The kept totals are what the rows add up to.
    Totals,
    /// Each charged success has one charge, and nothing else has one.
    Successes,
    /// The counters of listed and live tasks are right.
    Counters,
    /// What each tenant spent and reserved in a month is what the rows add up to.
    Spending,
    /// The database file is sound.
    File,
}

impl Check {
    /// All checks, in the order in which they are shown.
    pub(crate) const ALL: [Self; 9] = [
        Self::Tariffs,
        Self::Skus,
        Self::Prices,
        Self::Charges,
        Self::Totals,
        Self::Successes,
        Self::Counters,
        Self::Spending,
        Self::File,
    ];

    /// The name that the report and the log use.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tariffs => "tariff documents",
            Self::Skus => "SKUs",
            Self::Prices => "prices and rates",
            Self::Charges => "charges",
            Self::Totals => "kept totals",
            Self::Successes => "one charge per success",
            Self::Counters => "counters of tasks",
            Self::Spending => "spending by month",
            Self::File => "database file",
        }
    }

    /// Does it count what it looks at? The store compares the rest as a whole.
    pub(crate) fn is_counted(self) -> bool {
        !matches!(self, Self::Counters | Self::Spending | Self::File)
    }
}

/// Something that is not as it has to be.
#[derive(Clone, Debug)]
pub(crate) struct Difference {
    check: Check,
    text: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check.name(), self.text)
    }
}

/// The state of a verification: each difference is told at once, and only counted here.
pub(crate) struct Findings<'a> {
    report: Report<'a>,
    tallies: [Tally; Check::ALL.len()],
}

/// What came of one check.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// Rows, or tariffs; 0 if the check counts nothing.
    pub(crate) looked_at: u64,
    pub(crate) differences: u64,
    pub(crate) first: Option<Difference>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(report: Report<'a>) -> Self {
        Self { report, tallies: Default::default() }
    }

    pub(super) fn looked_at(&mut self, check: Check, more: u64) {
        self.tally(check).looked_at += more;
    }

    pub(super) fn differ(&mut self, check: Check, text: String) -> io::Result<()> {
        let difference = Difference { check, text };
        (self.report)(&difference)?;
        let tally = self.tally(check);
        tally.differences += 1;
        tally.first.get_or_insert(difference);
        Ok(())
    }

    /// A column of a row that holds something else than it has to.
    pub(super) fn differ_in(
        &mut self,
        check: Check,
        entry: &LedgerEntry,
        column: &str,
        is: &str,
        expected: &str,
    ) -> io::Result<()> {
        let LedgerEntry { entry_id, task_id, .. } = entry;
        let text = format!("entry {entry_id} of task `{task_id}`: {column} is {is}");
        self.differ(check, format!("{text}, expected {expected}"))
    }

    /// What came of each check.
    pub(crate) fn by_check(&self) -> impl Iterator<Item = (Check, &Tally)> {
        Check::ALL.into_iter().zip(&self.tallies)
    }

    /// All differences.
    pub(crate) fn differences(&self) -> u64 {
        self.tallies.iter().map(|tally| tally.differences).sum()
    }

    #[expect(clippy::indexing_slicing, reason = "there is one tally for each check")]
    fn tally(&mut self, check: Check) -> &mut Tally {
        &mut self.tallies[check as usize]
    }
}
