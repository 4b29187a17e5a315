//! Why a guard could not be made: never about a URL.

use std::fmt;

/// The name servers of a [`Guard`](crate::Guard) cannot be used.
#[derive(Debug)]
pub struct Error {
    doing: &'static str,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(
        doing: &'static str,
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Error {
        Error { doing, source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.doing)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source.as_ref() as _)
    }
}
