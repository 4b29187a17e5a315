//! Tariffs: the prices that tasks are settled with, one document per version, for good.

use crate::backend::{reading, writing};
use crate::text::is_storable;
use crate::{Error, Store, UnixMillis};

impl Store {
    /// Keeps the document of a tariff version. Keeping the same again changes nothing.
    ///
    /// Another document under a known version is an error ([`Error::is_conflict`]).
    pub async fn record_tariff(
        &self,
        version: &str,
        document: &str,
        now: UnixMillis,
    ) -> Result<(), Error> {
        let (version, document) = (version.to_owned(), document.to_owned());
        writing!(self, "record a tariff", tariffs::record(&version, &document, now),
            storing [&version, &document])
    }

    /// The document of this version, as it was recorded.
    pub async fn tariff_document(&self, version: &str) -> Result<Option<String>, Error> {
        if !is_storable(version) {
            return Ok(None);
        }
        let version = version.to_owned();
        reading!(self, "find a tariff", tariffs::document(&version))
    }
}
