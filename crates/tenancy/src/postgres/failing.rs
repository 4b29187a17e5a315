//! What can be in the way of a server's work, and what it means.

use std::path::PathBuf;

use deadpool_postgres::{HookError, PoolError, TimeoutType};
use tokio_postgres::error::{Severity, SqlState};

use crate::error::Cause;

/// What was in the way. Messages of the server are kept, the rows that it shows with them are not.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServerCause {
    #[error(
        "the store URL is no URL of a PostgreSQL server; \
         use `postgres://USER:PASSWORD@HOST:PORT/DATABASE`"
    )]
    BadUrl,
    #[error("the store URL has an `sslmode` that is not accepted; use `disable` or `verify-full`")]
    BadSslMode,
    #[error("`{}` holds no certificates; name a PEM file in `sslrootcert`", path.display())]
    BadRootCertificates { path: PathBuf },
    #[error("TLS cannot be set up")]
    Tls(#[source] rustls::Error),
    #[error("the server is PostgreSQL {version}; use 14 or newer")]
    OldServer { version: String },
    #[error("the server keeps `{setting}` off; only `on` keeps what it was told")]
    Forgetful { setting: &'static str },
    #[error(
        "the role is a superuser or has BYPASSRLS, so row-level security would not bind it; \
         use an ordinary role that owns the database"
    )]
    PrivilegedRole,
    #[error("servers of an older build work on this database; stop them first")]
    Served,
    #[error("the database is just being brought up to date, or copied; start again")]
    Migrated,
    #[error("the server cannot be used: {0}")]
    Distrusted(String),
    #[error("{message} (SQLSTATE {})", code.code())]
    Refusal { code: SqlState, is_fatal: bool, message: String },
    #[error("the connection to the server failed")]
    Connection(#[source] tokio_postgres::Error),
    #[error("the server did not answer in time")]
    Silent,
    #[error("no connection to the server became free in time")]
    NoConnection,
    #[error("the connection broke during the commit, and the write was not kept")]
    NotKept,
    #[error("the connection broke during the commit, and nobody could say what became of it")]
    InDoubt,
    #[error("the stored {what} `{text}` is not known to this build")]
    Unreadable { what: &'static str, text: String },
    #[error("a column is not what this build expects")]
    Column(#[source] tokio_postgres::Error),
}

impl ServerCause {
    pub(crate) fn is_busy(&self) -> bool {
        const BUSY: [SqlState; 5] = [
            SqlState::LOCK_NOT_AVAILABLE,
            SqlState::QUERY_CANCELED,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::TOO_MANY_CONNECTIONS,
        ];
        matches!(self, Self::NoConnection) || self.code().is_some_and(|code| BUSY.contains(code))
    }

    /// The server is gone, going, coming, silent, or not the one that writes any more.
    pub(crate) fn is_unreachable(&self) -> bool {
        if let Self::Refusal { code, is_fatal, .. } = self {
            let read_only = *code == SqlState::READ_ONLY_SQL_TRANSACTION;
            let closing = code.code().starts_with("08") || code.code().starts_with("57P");
            return read_only || closing || *is_fatal && *code != SqlState::TOO_MANY_CONNECTIONS;
        }
        matches!(self, Self::Connection(_) | Self::Silent | Self::NotKept)
    }

    pub(crate) fn is_full(&self) -> bool {
        self.code() == Some(&SqlState::DISK_FULL)
    }

    pub(crate) fn is_locked(&self) -> bool {
        matches!(self, Self::Served | Self::Migrated)
    }

    pub(crate) fn is_in_doubt(&self) -> bool {
        matches!(self, Self::InDoubt)
    }

    pub(crate) fn is_corrupt(&self) -> bool {
        const DAMAGED: [SqlState; 2] = [SqlState::DATA_CORRUPTED, SqlState::INDEX_CORRUPTED];
        self.code().is_some_and(|code| DAMAGED.contains(code))
    }

    fn code(&self) -> Option<&SqlState> {
        if let Self::Refusal { code, .. } = self { Some(code) } else { None }
    }
}

impl From<tokio_postgres::Error> for ServerCause {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            // Its detail repeats rows, which are nobody's to log.
            Some(refusal) => Self::Refusal {
                code: refusal.code().clone(),
                is_fatal: refusal.parsed_severity() != Some(Severity::Error),
                message: refusal.message().to_owned(),
            },
            None => Self::Connection(error),
        }
    }
}

impl From<tokio_postgres::Error> for Cause {
    fn from(error: tokio_postgres::Error) -> Self {
        ServerCause::from(error).into()
    }
}

impl From<PoolError> for Cause {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Timeout(TimeoutType::Wait) => ServerCause::NoConnection.into(),
            PoolError::Timeout(TimeoutType::Create | TimeoutType::Recycle) => {
                ServerCause::Silent.into()
            }
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
                error.into()
            }
            PoolError::PostCreateHook(HookError::Message(refusal)) => {
                ServerCause::Distrusted(refusal.into_owned()).into()
            }
            PoolError::Closed | PoolError::NoRuntimeSpecified => Self::Closed,
        }
    }
}

impl Cause {
    /// Is it the server, and not what was asked of it?
    pub(super) fn is_unreachable(&self) -> bool {
        matches!(self, Self::Server(cause) if cause.is_unreachable())
    }

    /// The server refused a row for this reason.
    pub(super) fn is_refusal(&self, reason: &SqlState) -> bool {
        matches!(self, Self::Server(ServerCause::Refusal { code, .. }) if code == reason)
    }
}
