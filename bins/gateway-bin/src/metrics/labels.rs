//! The labels: names of accounts, and short closed lists. Never a tenant, a task or a word of the
//! upstream.

use prometheus_client::encoding::EncodeLabelSet;

/// A call of the upstream's APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Create,
    Get,
    List,
    Delete,
    Asset,
}

/// What came of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallOutcome {
    Ok,
    /// Refused, as the request deserved.
    Refused,
    /// The platform's own credentials were not accepted.
    Rejected,
    /// 429: over the account's quota.
    Throttled,
    /// No answer, or none that makes sense.
    Failed,
}

/// What the upstream should not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Oddity {
    /// A status that nobody knows.
    UnknownStatus,
    /// An earlier status than it said before.
    StepBack,
    /// Another usage than the one that was charged.
    OtherUsage,
    /// No such task, although it was bought.
    Missing,
    /// A list that leaves out what it was asked for.
    Unlisted,
}

/// How the price of a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Charged,
    Free,
    Quarantined,
    Lost,
}

/// What came of a reload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reloaded {
    Applied,
    /// The configuration says what it said before.
    Unchanged,
    /// The one before is in force.
    Refused,
}

impl Call {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Get => "get",
            Self::List => "list",
            Self::Delete => "delete",
            Self::Asset => "asset",
        }
    }
}

impl CallOutcome {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::Rejected => "rejected",
            Self::Throttled => "throttled",
            Self::Failed => "failed",
        }
    }
}

impl Oddity {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::UnknownStatus => "unknown_status",
            Self::StepBack => "step_back",
            Self::OtherUsage => "other_usage",
            Self::Missing => "missing",
            Self::Unlisted => "unlisted",
        }
    }
}

impl Ending {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Charged => "charged",
            Self::Free => "free",
            Self::Quarantined => "quarantined",
            Self::Lost => "lost",
        }
    }
}

impl Reloaded {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ReloadLabels {
    pub(super) outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct LineLabels {
    pub(super) kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct UpstreamLabels {
    upstream: String,
}

impl UpstreamLabels {
    pub(super) fn of(upstream: &str) -> Self {
        Self { upstream: upstream.to_owned() }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct CallLabels {
    pub(super) upstream: String,
    pub(super) call: &'static str,
    pub(super) outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct LaneLabels {
    pub(super) upstream: String,
    pub(super) call: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct OddityLabels {
    pub(super) upstream: String,
    pub(super) oddity: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct EndingLabels {
    pub(super) ending: &'static str,
}
