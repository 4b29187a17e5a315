//! The life of an asset.

use std::fmt;

/// The state of an asset (`Status`), section 9 of the public contract.
///
/// Closed on purpose, like [`TaskStatus`](crate::TaskStatus): a status that nobody knows is `None`
/// where a reply is read, never a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AssetStatus {
    /// `Processing`: fetched, converted and moderated.
    Processing,
    /// `Active`: may be used in tasks, the only state that may.
    Active,
    /// `Failed`, for good.
    Failed,
}

impl AssetStatus {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Processing, Self::Active, Self::Failed];

    /// The state that `name` means, to the letter.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// The name in requests and replies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Processing => "Processing",
            Self::Active => "Active",
            Self::Failed => "Failed",
        }
    }
}

impl fmt::Display for AssetStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
