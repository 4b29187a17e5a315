//! Which call suffers which fault: a queue per verb, with counted uses.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::dice::Dice;
use crate::faults::Fault;
use crate::route::Verb;

/// The plan of faults of one simulator.
///
/// The first entry of a verb that applies is taken: entries are tried in the order in which they
/// were planned, and one that is used up leaves the plan.
#[derive(Debug, Default)]
pub struct Faults {
    plan: Mutex<BTreeMap<Verb, Vec<Entry>>>,
}

/// A planned fault, to ask how often it struck.
#[derive(Clone, Debug)]
pub struct PlannedFault {
    uses: Arc<AtomicU64>,
}

impl PlannedFault {
    /// How many calls have suffered it.
    pub fn uses(&self) -> u64 {
        self.uses.load(Ordering::SeqCst)
    }
}

#[derive(Debug)]
struct Entry {
    faults: Vec<Fault>,
    when: When,
    uses: Arc<AtomicU64>,
}

#[derive(Debug)]
enum When {
    /// The next calls, this many.
    Next(usize),
    Always,
    /// Each call with this chance.
    Sometimes {
        per_thousand: u32,
        dice: Dice,
    },
}

impl Faults {
    /// The next call of `verb` suffers `fault`.
    pub fn next(&self, verb: Verb, fault: Fault) -> PlannedFault {
        self.next_n(verb, 1, fault)
    }

    /// The next `calls` calls of `verb` suffer `fault`.
    pub fn next_n(&self, verb: Verb, calls: usize, fault: Fault) -> PlannedFault {
        self.plan(verb, When::Next(calls), vec![fault])
    }

    /// Every call of `verb` suffers `fault`.
    pub fn always(&self, verb: Verb, fault: Fault) -> PlannedFault {
        self.plan(verb, When::Always, vec![fault])
    }

    /// Each call of `verb` suffers one of `faults` with a chance of `per_thousand` in 1000.
    /// The same seed makes the same choices, call by call.
    pub fn sometimes(
        &self,
        verb: Verb,
        per_thousand: u32,
        seed: u64,
        faults: Vec<Fault>,
    ) -> PlannedFault {
        let dice = Dice::new(seed);
        self.plan(verb, When::Sometimes { per_thousand, dice }, faults)
    }

    /// Forgets every planned fault.
    pub fn clear(&self) {
        self.entries().clear();
    }

    fn plan(&self, verb: Verb, when: When, faults: Vec<Fault>) -> PlannedFault {
        let uses = Arc::new(AtomicU64::new(0));
        let entry = Entry { faults, when, uses: Arc::clone(&uses) };
        self.entries().entry(verb).or_default().push(entry);
        PlannedFault { uses }
    }

    /// The fault of the call that has just arrived.
    pub(crate) fn draw(&self, verb: Verb) -> Option<Fault> {
        let mut plan = self.entries();
        let entries = plan.get_mut(&verb)?;
        entries.retain(|entry| !matches!(entry.when, When::Next(0)));
        entries.iter_mut().find_map(Entry::draw)
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<Verb, Vec<Entry>>> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn draw(&mut self) -> Option<Fault> {
        let fault = match &mut self.when {
            When::Next(left) => {
                *left = left.checked_sub(1)?;
                self.faults.first()
            }
            When::Always => self.faults.first(),
            When::Sometimes { per_thousand, dice } => {
                let strikes = dice.below(1000) < u64::from(*per_thousand);
                let choice = dice.below(self.faults.len() as u64);
                usize::try_from(choice)
                    .ok()
                    .filter(|_| strikes)
                    .and_then(|choice| self.faults.get(choice))
            }
        }?;
        self.uses.fetch_add(1, Ordering::SeqCst);
        Some(fault.clone())
    }
}
