//! Tariffs: the prices that tasks are settled with, one document per version, for good.

use crate::store::Backend;
use crate::{Error, Store, UnixMillis, sqlite};

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
        let Backend::Sqlite(db) = self.backend();
        let (version, document) = (version.to_owned(), document.to_owned());
        let record = move |tx: &_| sqlite::tariffs::record(tx, &version, &document, now);
        db.write("record a tariff", record).await
    }

    /// The document of this version, as it was recorded.
    pub async fn tariff_document(&self, version: &str) -> Result<Option<String>, Error> {
        let Backend::Sqlite(db) = self.backend();
        let version = version.to_owned();
        let find = move |tx: &_| sqlite::tariffs::document(tx, &version);
        db.read("find a tariff", find).await
    }
}
