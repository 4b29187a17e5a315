//! Statements about tariffs.

use super::Tx;
use super::columns::get;
use crate::UnixMillis;
use crate::error::Cause;

pub(super) const RECORD: &str = "
    INSERT INTO tariffs (version, document, recorded_at) VALUES ($1, $2, $3)
    ON CONFLICT (version) DO NOTHING";

pub(super) const DOCUMENT: &str = "SELECT document FROM tariffs WHERE version = $1";

pub(crate) async fn record(
    tx: &Tx,
    version: &str,
    document: &str,
    now: UnixMillis,
) -> Result<(), Cause> {
    tx.execute(RECORD, &[&version, &document, &now.0]).await?;
    if self::document(tx, version).await?.as_deref() == Some(document) {
        Ok(())
    } else {
        let version = version.to_owned();
        Err(Cause::OtherTariff { version })
    }
}

pub(crate) async fn document(tx: &Tx, version: &str) -> Result<Option<String>, Cause> {
    tx.row(DOCUMENT, &[&version]).await?.as_ref().map(|row| get(row, 0)).transpose()
}
