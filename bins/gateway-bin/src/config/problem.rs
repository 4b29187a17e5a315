//! What is wrong with a configuration, all of it at once.

use std::fmt;

/// One problem: the key and what would be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key, the variable or the file that is meant.
    pub key: String,
    /// What is wrong with it, and what would be accepted.
    pub text: String,
}

/// Every problem of a configuration, in the order of the keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// A single problem, where reading cannot go on.
    pub(super) fn one(key: impl Into<String>, text: impl Into<String>) -> Self {
        let mut problems = Self::default();
        problems.add(key, text);
        problems
    }

    pub(super) fn add(&mut self, key: impl Into<String>, text: impl Into<String>) {
        self.0.push(Problem { key: key.into(), text: text.into() });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The problems one by one.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.0.len() == 1 { "problem" } else { "problems" };
        write!(f, "the configuration has {} {plural}:", self.0.len())?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {}: {}", problem.key, problem.text))
    }
}

impl std::error::Error for Problems {}
