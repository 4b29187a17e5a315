//! Versions that follow from content: the same prices have the same version everywhere.
//!
//! A fingerprint tells two honest contents apart; it is no signature.

use sha2::{Digest, Sha256};

/// Bytes of the hash that a version shows: 12 hexadecimal digits.
const SHOWN_BYTES: usize = 6;

/// `kind`, a hyphen and the first 12 hexadecimal digits of the SHA-256 of `content`.
pub(crate) fn fingerprint(kind: &str, content: &str) -> String {
    let hash = Sha256::digest(content);
    let shown = hash.iter().take(SHOWN_BYTES);
    let digits: Vec<String> = shown.map(|byte| format!("{byte:02x}")).collect();
    format!("{kind}-{}", digits.concat())
}
