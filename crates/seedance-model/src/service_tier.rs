//! The two service tiers that the upstream knows.

use std::fmt;

/// The service tier of a task (`service_tier`).
///
/// None of the three models supports [`ServiceTier::Flex`]; it is named so that a request for it
/// can be refused in so many words, and so that lists can be filtered by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServiceTier {
    /// `default`: at once.
    Default,
    /// `flex`: offline and cheaper, for older model families only.
    Flex,
}

impl ServiceTier {
    /// Both tiers.
    pub const ALL: [Self; 2] = [Self::Default, Self::Flex];

    /// The tier that `name` means, to the letter.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.name() == name)
    }

    /// The name in requests and replies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Flex => "flex",
        }
    }
}

impl fmt::Display for ServiceTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
