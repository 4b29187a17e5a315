//! Security verdicts: each refusal that protects somebody leaves one record in the log, with the
//! request's id, what was asked and who asked in its span, and a reason from this closed list.
//!
//! No record has anything that a tenant wrote.

use crate::log::SECURITY;

/// Why a request was refused, where that protects the gateway, a tenant or somebody outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    NoToken,
    UnknownToken,
    TenantSuspended,
    BudgetExceeded,
    RequestRate,
    LookUpRate,
    LiveTasks,
    NoSeat,
    NoShare,
    NoRoomForBodies,
    NoBodyShare,
    TooLarge,
    Framing(&'static str),
    Url(&'static str),
    ClosedAction,
    ModerationSkip,
}

/// The codes of all reasons, and what each says. A test holds the documentation against it.
pub const REASONS: [(&str, &str); 16] = [
    ("no_token", "no token, several, or one that is malformed"),
    (
        "unknown_token",
        "a token that is unknown, revoked or expired; `who` has the beginning of its hash",
    ),
    ("tenant_suspended", "the tenant is switched off"),
    ("budget_exceeded", "the tenant's spending cap"),
    ("request_rate", "the tenant's requests a second"),
    ("look_up_rate", "the tenant's URLs a second"),
    ("live_tasks", "the tenant's live tasks"),
    ("no_seat", "too many requests under way, of all tenants"),
    ("no_share", "too many requests under way, of one tenant"),
    ("no_room_for_bodies", "too many large bodies under way, of all tenants"),
    ("no_body_share", "too many large bodies under way, of one tenant"),
    ("too_large", "a target, a head or a body above its limit"),
    ("framing", "a request that could be read in two ways; `detail` says how"),
    ("url", "a URL that is not public; `detail` says why"),
    ("closed_action", "an action that is not open to tenants"),
    ("moderation_skip", "a request to skip the moderation of an asset"),
];

impl Reason {
    /// The code, as [`REASONS`] has it.
    fn code(self) -> &'static str {
        match self {
            Self::NoToken => "no_token",
            Self::UnknownToken => "unknown_token",
            Self::TenantSuspended => "tenant_suspended",
            Self::BudgetExceeded => "budget_exceeded",
            Self::RequestRate => "request_rate",
            Self::LookUpRate => "look_up_rate",
            Self::LiveTasks => "live_tasks",
            Self::NoSeat => "no_seat",
            Self::NoShare => "no_share",
            Self::NoRoomForBodies => "no_room_for_bodies",
            Self::NoBodyShare => "no_body_share",
            Self::TooLarge => "too_large",
            Self::Framing(_) => "framing",
            Self::Url(_) => "url",
            Self::ClosedAction => "closed_action",
            Self::ModerationSkip => "moderation_skip",
        }
    }

    fn detail(self) -> Option<&'static str> {
        match self {
            Self::Framing(detail) | Self::Url(detail) => Some(detail),
            Self::NoToken
            | Self::UnknownToken
            | Self::TenantSuspended
            | Self::BudgetExceeded
            | Self::RequestRate
            | Self::LookUpRate
            | Self::LiveTasks
            | Self::NoSeat
            | Self::NoShare
            | Self::NoRoomForBodies
            | Self::NoBodyShare
            | Self::TooLarge
            | Self::ClosedAction
            | Self::ModerationSkip => None,
        }
    }

    /// Writes the record of a refusal with this status.
    pub(crate) fn record(self, status: u16) {
        let (reason, detail) = (self.code(), self.detail());
        tracing::info!(target: SECURITY, verdict = "refused", reason, detail, status, "security verdict");
    }
}
