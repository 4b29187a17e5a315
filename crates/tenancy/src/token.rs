//! The text of a token: how one is made, and what can be one.
//!
//! A token is `oh-`, 30 characters of base 62 from the operating system (178 bits), and 6
//! characters of base 62 that are the CRC-32 of everything before them. The checksum turns
//! typing errors away without a query; it is no security check.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::Error;

/// A tenant's secret. Only its SHA-256 is stored, and `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The longest text that can be a token, in bytes.
    pub const MAX_BYTES: usize = 256;

    /// A new token from the operating system's randomness. Fails only where that fails.
    pub fn generate() -> Result<Self, Error> {
        todo!()
    }

    /// The token that `text` is, if its form and checksum are right. Asks nobody.
    ///
    /// 30 or more random characters are accepted, so that longer tokens can be made later.
    pub fn parse(text: &str) -> Option<Self> {
        todo!()
    }

    /// The whole text, to be shown to its owner once.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the store keeps instead of the token.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}
