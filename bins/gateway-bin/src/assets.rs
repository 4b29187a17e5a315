//! References to assets: each must be the tenant's own.
//!
//! Nobody owns an asset yet, so every reference is answered as one that does not exist.

use seedance_model::AssetRef;

use crate::error::{ApiError, Kind};

/// Refuses the first reference that the tenant does not own.
pub(crate) fn require(references: &[AssetRef]) -> Result<(), ApiError> {
    match references.first() {
        None => Ok(()),
        Some(reference) => {
            let text = format!("the asset `{}` does not exist", reference.id());
            Err(ApiError::new(Kind::AssetNotFound, text).about(reference.path()))
        }
    }
}
