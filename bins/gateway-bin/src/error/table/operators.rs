//! The errors of the operators' API, held against `docs/ERRORS.md` by a test.

use super::{ErrorRow, Kind, row};

const BAD: &str = "BadRequest";
const FORBIDDEN: &str = "Forbidden";
const ABSENT: &str = "NotFound";
const CONFLICT: &str = "Conflict";

/// Every error that an operator's request can meet, by status. Where tenants meet it too, status,
/// code and type are the same.
pub const OPERATOR_ERRORS: &[ErrorRow] = &[
    row(
        Kind::InvalidRequest,
        400,
        "invalid_request",
        BAD,
        "the body, the query, the path or a header is not what the route accepts",
    ),
    row(
        Kind::ConfirmationRequired,
        400,
        "confirmation_required",
        BAD,
        "the act needs `\"confirm\": true`; nothing was changed",
    ),
    row(
        Kind::Unauthorized,
        401,
        "unauthorized",
        "Unauthorized",
        "the credential is absent or wrong",
    ),
    row(
        Kind::CredentialRequired,
        403,
        "credential_required",
        FORBIDDEN,
        "no credential is configured, so nothing can be changed here",
    ),
    row(
        Kind::HostRefused,
        403,
        "host_not_allowed",
        FORBIDDEN,
        "no credential is configured, and `Host` is neither `localhost` nor a loopback address",
    ),
    row(
        Kind::OriginRefused,
        403,
        "origin_not_allowed",
        FORBIDDEN,
        "the request comes from a web page: it has `Origin`, or `Sec-Fetch-Site` of another site",
    ),
    row(Kind::NoRoute, 404, "not_found", ABSENT, "there is no such route"),
    row(Kind::TenantNotFound, 404, "tenant_not_found", ABSENT, "there is no tenant of that name"),
    row(Kind::TokenNotFound, 404, "token_not_found", ABSENT, "there is no token of that id"),
    row(Kind::IntentNotFound, 404, "intent_not_found", ABSENT, "no intent of that name is open"),
    row(Kind::ChargeNotFound, 404, "charge_not_found", ABSENT, "the task has no charge"),
    row(
        Kind::NotInQuarantine,
        404,
        "quarantine_not_found",
        ABSENT,
        "the task is not in quarantine, or was decided on meanwhile",
    ),
    row(
        Kind::MethodNotAllowed,
        405,
        "method_not_allowed",
        BAD,
        "the route exists, but not with this method",
    ),
    row(
        Kind::TenantExists,
        409,
        "tenant_exists",
        CONFLICT,
        "there is a tenant of that name already; nothing was changed",
    ),
    row(
        Kind::NotAdopted,
        409,
        "not_adopted",
        CONFLICT,
        "what was named is not what the intent can have made, or is somebody's; nothing was changed",
    ),
    row(Kind::TooLarge, 413, "request_too_large", BAD, "the body is larger than 16 KiB"),
    row(
        Kind::TargetTooLong,
        414,
        "target_too_long",
        BAD,
        "the target of the request is longer than 8 KiB",
    ),
    row(
        Kind::UnsupportedMediaType,
        415,
        "unsupported_media_type",
        BAD,
        "a request that changes something has no `Content-Type: application/json`",
    ),
    row(
        Kind::HeadTooLarge,
        431,
        "head_too_large",
        BAD,
        "the request has more than 64 headers, or more than 32 KiB of them",
    ),
    row(
        Kind::Internal,
        500,
        "internal_error",
        "InternalServerError",
        "a fault of the gateway itself",
    ),
    row(
        Kind::ServiceError,
        502,
        "service_error",
        "InternalServerError",
        "the model service did not confirm what was to be adopted; nothing was changed",
    ),
    row(
        Kind::ServiceUnavailable,
        503,
        "service_unavailable",
        "ServiceUnavailable",
        "the store cannot answer now, or too many requests of operators are under way",
    ),
    row(
        Kind::DeadlineExceeded,
        503,
        "deadline_exceeded",
        "ServiceUnavailable",
        "the answer took longer than 30 seconds; whether something was changed is in the audit log",
    ),
];
