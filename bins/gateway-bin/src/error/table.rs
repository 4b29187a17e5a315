//! The table of public errors, held against `docs/ERRORS.md` by a test. What operators meet is in
//! `table/operators.rs`.

mod operators;

pub use operators::OPERATOR_ERRORS;

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct ErrorRow {
    /// The situation.
    pub kind: Kind,
    /// The HTTP status.
    pub status: u16,
    /// The public code.
    pub code: &'static str,
    /// The `type` of the task surface's envelope.
    pub type_name: &'static str,
    /// When it is answered.
    pub when: &'static str,
}

/// A situation that has its own row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request is not what the contract accepts.
    InvalidRequest,
    /// `duration` is outside what the model accepts.
    InvalidDuration,
    /// An asset request tries to skip moderation.
    ModerationSkip,
    /// An action that nobody knows, or another version.
    UnknownAction,
    /// An action that the upstream has, and that is not open.
    ClosedAction,
    /// The upstream refused the request with a code of its own.
    Native,
    /// There is no valid token.
    Unauthorized,
    /// The tenant is switched off.
    TenantSuspended,
    /// The month's spending cap would be passed.
    BudgetExceeded,
    /// No such route.
    NoRoute,
    /// The task does not exist or is not the caller's.
    TaskNotFound,
    /// The asset does not exist or is not the caller's.
    AssetNotFound,
    /// The asset group does not exist or is not the caller's.
    AssetGroupNotFound,
    /// The route has no such method.
    MethodNotAllowed,
    /// A running task cannot be deleted.
    RunningTask,
    /// A cancelled task cannot be deleted.
    CancelledTask,
    /// The idempotency key was used with another body.
    IdempotencyConflict,
    /// The target is over the limit.
    TargetTooLong,
    /// The head is over one of the limits.
    HeadTooLarge,
    /// The body is over the limit.
    TooLarge,
    /// The body is not JSON by its headers.
    UnsupportedMediaType,
    /// The upstream, or the tenant's limit, wants fewer requests.
    RateLimited,
    /// The tenant has as many live tasks as it may have.
    TooManyLiveTasks,
    /// A fault of the gateway itself.
    Internal,
    /// The upstream failed, or its outcome is unknown.
    ServiceError,
    /// The capability is not open, or the gateway cannot work now.
    ServiceUnavailable,
    /// An operator left out that it is meant.
    ConfirmationRequired,
    /// Operators may only look, because none of them has a credential.
    CredentialRequired,
    /// A name in `Host` that is not the operators' own.
    HostRefused,
    /// A web page asks in an operator's place.
    OriginRefused,
    /// There is no such tenant.
    TenantNotFound,
    /// There is no such token.
    TokenNotFound,
    /// No such intent is open.
    IntentNotFound,
    /// The task has no charge that could be corrected.
    ChargeNotFound,
    /// The task is not in quarantine.
    NotInQuarantine,
    /// There is a tenant of that name.
    TenantExists,
    /// What was to be adopted is not what the intent can have made.
    NotAdopted,
    /// An operator's request took too long.
    DeadlineExceeded,
}

pub(super) const fn row(
    kind: Kind,
    status: u16,
    code: &'static str,
    type_name: &'static str,
    when: &'static str,
) -> ErrorRow {
    ErrorRow { kind, status, code, type_name, when }
}

/// Every public error, by status.
pub const ERRORS: &[ErrorRow] = &[
    row(
        Kind::InvalidRequest,
        400,
        "invalid_request",
        "BadRequest",
        "the body is not a JSON object, a field is missing or not accepted, or the request is not plain HTTP/1.1",
    ),
    row(
        Kind::InvalidDuration,
        400,
        "invalid_duration",
        "BadRequest",
        "`duration` is neither -1 nor a whole number from 4 to 15",
    ),
    row(
        Kind::ModerationSkip,
        400,
        "moderation_skip_not_allowed",
        "BadRequest",
        "an asset request has `Moderation.Strategy=Skip`, wherever it is nested",
    ),
    row(
        Kind::UnknownAction,
        400,
        "InvalidActionOrVersion",
        "BadRequest",
        "the query has no known `Action`, or another `Version` than 2024-01-01",
    ),
    row(
        Kind::Native,
        400,
        "(the upstream's own)",
        "BadRequest",
        "the model service refused the request; its code is kept, its message redacted",
    ),
    row(
        Kind::Unauthorized,
        401,
        "unauthorized",
        "Unauthorized",
        "the token is absent, malformed, unknown, revoked or expired",
    ),
    row(Kind::TenantSuspended, 403, "tenant_suspended", "Forbidden", "the tenant is switched off"),
    row(
        Kind::BudgetExceeded,
        403,
        "budget_exceeded",
        "Forbidden",
        "the task might cost more than the tenant's spending cap has left this month; nothing was bought",
    ),
    row(
        Kind::ClosedAction,
        403,
        "InvalidAction",
        "Forbidden",
        "an asset action `Update*` or `Delete*`, which is not open",
    ),
    row(Kind::NoRoute, 404, "not_found", "NotFound", "there is no such route"),
    row(
        Kind::TaskNotFound,
        404,
        "task_not_found",
        "NotFound",
        "the task does not exist or is not the tenant's",
    ),
    row(
        Kind::AssetNotFound,
        404,
        "ResourceNotFound.Asset",
        "NotFound",
        "the asset does not exist or is not the tenant's",
    ),
    row(
        Kind::AssetGroupNotFound,
        404,
        "ResourceNotFound.AssetGroup",
        "NotFound",
        "the asset group does not exist or is not the tenant's",
    ),
    row(
        Kind::MethodNotAllowed,
        405,
        "method_not_allowed",
        "BadRequest",
        "the route exists, but not with this method",
    ),
    row(
        Kind::RunningTask,
        409,
        "InvalidAction.RunningTaskDeletion",
        "Conflict",
        "the task is running and cannot be deleted",
    ),
    row(
        Kind::CancelledTask,
        409,
        "InvalidAction.CancelledTaskDeletion",
        "Conflict",
        "the task is cancelled and cannot be deleted",
    ),
    row(
        Kind::IdempotencyConflict,
        409,
        "idempotency_conflict",
        "Conflict",
        "the `Idempotency-Key` was used with another body",
    ),
    row(Kind::TooLarge, 413, "request_too_large", "BadRequest", "the body is over the limit"),
    row(
        Kind::TargetTooLong,
        414,
        "target_too_long",
        "BadRequest",
        "the target of the request is longer than 8 KiB",
    ),
    row(
        Kind::UnsupportedMediaType,
        415,
        "unsupported_media_type",
        "BadRequest",
        "the body is declared as something else than plain JSON in UTF-8",
    ),
    row(
        Kind::RateLimited,
        429,
        "rate_limit_exceeded",
        "TooManyRequests",
        "the tenant's limit of requests or its share of those under way is reached, the model service accepts no more now, or too many URLs were to be checked; nothing was bought",
    ),
    row(
        Kind::TooManyLiveTasks,
        429,
        "concurrency_limit_exceeded",
        "TooManyRequests",
        "the tenant has as many live tasks as it may have; nothing was bought",
    ),
    row(
        Kind::HeadTooLarge,
        431,
        "head_too_large",
        "BadRequest",
        "the request has more than 64 headers, or more than 32 KiB of them",
    ),
    UNLISTED,
    row(
        Kind::ServiceError,
        502,
        "service_error",
        "InternalServerError",
        "the model service failed, or it is unknown whether it accepted the request",
    ),
    row(
        Kind::ServiceUnavailable,
        503,
        "service_unavailable",
        "ServiceUnavailable",
        "the capability is not open for this account, or the gateway cannot work now or has too much to do",
    ),
];

/// What a situation without a row would be: a fault of ours.
const UNLISTED: ErrorRow = row(
    Kind::Internal,
    500,
    "internal_error",
    "InternalServerError",
    "a fault of the gateway itself",
);

impl Kind {
    /// The row of this situation.
    pub fn row(self) -> &'static ErrorRow {
        // A test proves that each kind has one row, or the same code in both tables.
        let mut rows = ERRORS.iter().chain(OPERATOR_ERRORS);
        rows.find(|row| row.kind == self).unwrap_or(&UNLISTED)
    }
}
