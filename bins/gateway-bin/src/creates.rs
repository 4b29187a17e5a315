//! Creates that carry an `Idempotency-Key` and are under way: a twin that arrives meanwhile gets
//! the answer of the first, instead of a second video.
//!
//! Only what is under way lives here; what has happened is in the store.

use std::sync::Arc;

use http::HeaderMap;
use seedance_model::TaskId;
use sha2::{Digest as _, Sha256};
use tenancy::TenantId;

use crate::error::{ApiError, Kind};
use crate::single_flight::SingleFlight;

/// What a create ends with.
pub(crate) type Outcome = Result<TaskId, ApiError>;

/// The keyed creates under way.
pub(crate) type Creates = Arc<SingleFlight<(TenantId, IdempotencyKey), Outcome>>;

/// A tenant's key together with the request that it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct IdempotencyKey {
    pub(crate) key: String,
    pub(crate) body_sha256: [u8; 32],
}

/// The header that carries the key; an extension of ours, as the upstream has none.
const HEADER: &str = "idempotency-key";
/// Longest key, in bytes.
const KEY_BYTES: usize = 255;

impl IdempotencyKey {
    /// The request's key, if it has one; two requests are the same if their canonical bodies are.
    pub(crate) fn read(
        headers: &HeaderMap,
        canonical_body: impl FnOnce() -> Vec<u8>,
    ) -> Result<Option<Self>, ApiError> {
        let mut given = headers.get_all(HEADER).iter();
        let Some(only) = given.next() else {
            return Ok(None);
        };
        let key = only.to_str().ok().filter(|key| (1..=KEY_BYTES).contains(&key.len()));
        let (Some(key), None) = (key, given.next()) else {
            let text = "give one `Idempotency-Key` of 1 to 255 visible ASCII characters";
            return Err(ApiError::new(Kind::InvalidRequest, text).about("Idempotency-Key"));
        };
        let body_sha256 = Sha256::digest(canonical_body()).into();
        Ok(Some(Self { key: key.to_owned(), body_sha256 }))
    }
}
