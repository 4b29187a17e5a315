//! Would the server keep what it is told now?

use super::Tx;
use crate::error::Cause;

/// A transaction with a number is committed like one that wrote a row.
const TRY: &str = "SELECT pg_current_xact_id()::text";

/// Makes the transaction one that has to be kept.
pub(crate) async fn try_writing(tx: &Tx) -> Result<(), Cause> {
    tx.one(TRY, &[]).await?;
    Ok(())
}
