//! The life of a task.

use std::fmt;

/// The state of a task (`status`), section 6 of the public contract.
///
/// Closed on purpose: settling and deleting must decide about every state. A status that nobody
/// knows is `None` where a reply is read, never a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaskStatus {
    /// `queued`: accepted, not started; can be cancelled.
    Queued,
    /// `running`.
    Running,
    /// `succeeded`: there is a video, and it is charged.
    Succeeded,
    /// `failed`.
    Failed,
    /// `expired`: not finished within `execution_expires_after`.
    Expired,
    /// `cancelled` while it was queued.
    Cancelled,
}

impl TaskStatus {
    /// All states, in the order of the contract.
    pub const ALL: [Self; 6] = [
        Self::Queued,
        Self::Running,
        Self::Succeeded,
        Self::Failed,
        Self::Expired,
        Self::Cancelled,
    ];

    /// The state that `name` means, to the letter.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// The name in requests and replies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether the task stays like this for good.
    pub fn is_terminal(self) -> bool {
        match self {
            Self::Queued | Self::Running => false,
            Self::Succeeded | Self::Failed | Self::Expired | Self::Cancelled => true,
        }
    }
}

impl fmt::Display for TaskStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
