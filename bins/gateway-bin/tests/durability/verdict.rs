//! What a bench found: its figures, and everything that must not be.

use std::fmt;

/// Wrongs that are printed; the rest is counted.
const SHOWN: usize = 20;

/// The result of one bench.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    figures: Vec<(String, u64)>,
    /// Figures of which only the largest counts.
    most: Vec<(String, u64)>,
    wrongs: Vec<String>,
}

impl Verdict {
    /// A bench that could not be carried out.
    pub(crate) fn broken(error: &anyhow::Error) -> Self {
        let wrongs = vec![format!("the bench broke: {error:#}")];
        Self { wrongs, ..Self::default() }
    }

    /// Adds to a figure; figures are printed in the order in which they were first named.
    pub(crate) fn add(&mut self, name: &str, number: u64) {
        match self.figures.iter_mut().find(|(known, _)| known == name) {
            Some((_, sum)) => *sum = sum.saturating_add(number),
            None => self.figures.push((name.to_owned(), number)),
        }
    }

    /// Keeps the largest number of this name.
    pub(crate) fn most(&mut self, name: &str, number: u64) {
        match self.most.iter_mut().find(|(known, _)| known == name) {
            Some((_, most)) => *most = number.max(*most),
            None => self.most.push((name.to_owned(), number)),
        }
    }

    /// Something that must not be.
    pub(crate) fn wrong(&mut self, text: impl Into<String>) {
        self.wrongs.push(text.into());
    }

    /// Says that it must not be, unless it is so.
    pub(crate) fn require(&mut self, is_so: bool, text: impl FnOnce() -> String) {
        if !is_so {
            self.wrongs.push(text());
        }
    }

    /// Takes over everything that another found.
    pub(crate) fn absorb(&mut self, other: Self) {
        for (name, number) in other.figures {
            self.add(&name, number);
        }
        for (name, number) in other.most {
            self.most(&name, number);
        }
        self.wrongs.extend(other.wrongs);
    }

    pub(crate) fn is_fine(&self) -> bool {
        self.wrongs.is_empty()
    }

    pub(crate) fn first_wrongs(&self) -> impl Iterator<Item = &str> {
        self.wrongs.iter().take(SHOWN).map(String::as_str)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, number) in &self.figures {
            write!(f, "{name} {number}, ")?;
        }
        for (name, number) in &self.most {
            write!(f, "{name} at most {number}, ")?;
        }
        write!(f, "wrong {}", self.wrongs.len())
    }
}
