//! The catalog: three models, their official aliases, and nothing else.
//!
//! Source: section 2 of the public contract. Names are matched to the letter: the contract
//! refuses the overseas names, and `filter-off` derivatives, other letter cases and blanks
//! around a name are refused with them.

use std::fmt;

use crate::error::Error;

/// One of the three models of the Chinese Doubao Seedance 2.0 family.
///
/// Closed on purpose: a fourth model must be noticed by everything that sets prices or limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Model {
    /// `doubao-seedance-2-0`: 480p to 4k.
    Standard,
    /// `doubao-seedance-2-0-fast`: 480p and 720p.
    Fast,
    /// `doubao-seedance-2-0-mini`: 480p and 720p, no audio input.
    Mini,
}

/// Every name that a request may use, with the model that it means.
const NAMES: [(&str, Model); 7] = [
    ("doubao-seedance-2-0", Model::Standard),
    ("doubao-seedance-2-0-fast", Model::Fast),
    ("doubao-seedance-2-0-mini", Model::Mini),
    ("doubao-seedance-2-0-260128", Model::Standard),
    ("doubao-seedance-2-0-fast-260128", Model::Fast),
    ("doubao-seedance-2-0-mini-260615", Model::Mini),
    ("doubao-seedance-2.0-mini", Model::Mini),
];

impl Model {
    /// All models, in the order of the contract.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Fast, Self::Mini];

    /// The model that `name` means, whether stable name or official alias.
    pub fn parse(name: &str) -> Result<Self, Error> {
        Self::parse_as("model", name)
    }

    /// The same, in a field of another name.
    pub(crate) fn parse_as(field: &str, name: &str) -> Result<Self, Error> {
        NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, model)| *model)
            .ok_or_else(|| Error::unknown(field, name, Self::accepted_names()))
    }

    /// The stable public name, which every reply echoes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "doubao-seedance-2-0",
            Self::Fast => "doubao-seedance-2-0-fast",
            Self::Mini => "doubao-seedance-2-0-mini",
        }
    }

    /// The dated name of the official version.
    pub fn official_name(self) -> &'static str {
        match self {
            Self::Standard => "doubao-seedance-2-0-260128",
            Self::Fast => "doubao-seedance-2-0-fast-260128",
            Self::Mini => "doubao-seedance-2-0-mini-260615",
        }
    }

    /// Every name that [`Model::parse`] accepts, stable names first.
    pub fn accepted_names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
