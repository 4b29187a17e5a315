//! Why an act was not done.

use std::error::Error;
use std::fmt;

/// Why an act was not done. Nothing was changed.
#[derive(Debug)]
pub(crate) struct Failure {
    reason: Reason,
    text: String,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

/// What kind of a failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// What was asked for cannot be meant: this field.
    Invalid(&'static str),
    /// There is no such tenant.
    NoTenant,
    /// There is no such token.
    NoToken,
    /// No such intent is open.
    NoIntent,
    /// The task has no charge.
    NoCharge,
    /// The task is not in quarantine.
    NotInQuarantine,
    /// The name is somebody's.
    NameTaken,
    /// What was found is not what the intent can have made.
    NotAdopted,
    /// The upstream did not say what it had to.
    Upstream,
    /// The store, or what is in it.
    Store,
}

impl Failure {
    pub(crate) fn new(reason: Reason, text: impl Into<String>) -> Self {
        Self { reason, text: text.into(), cause: None }
    }

    pub(crate) fn because(self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { cause: Some(cause.into()), ..self }
    }

    /// The store's own error, if this is one.
    pub(crate) fn into_store_error(self) -> Result<tenancy::Error, Self> {
        let Self { reason, text, cause } = self;
        let Some(cause) = cause else {
            return Err(Self { reason, text, cause });
        };
        match cause.downcast::<tenancy::Error>() {
            Ok(error) => Ok(*error),
            Err(cause) => Err(Self { reason, text, cause: Some(cause) }),
        }
    }

    pub(crate) fn reason(&self) -> Reason {
        self.reason
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn Error + 'static))
    }
}

impl From<tenancy::Error> for Failure {
    fn from(error: tenancy::Error) -> Self {
        Self::new(Reason::Store, "the store failed").because(error)
    }
}
