//! The text of a token: how one is made, and what can be one.
//!
//! A token is `oh-`, 30 characters of base 62 from the operating system (178 bits), and 6
//! characters of base 62 that are the CRC-32 of everything before them. The checksum turns
//! typing errors away without a query; it is no security check.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::Error;
use crate::error::Cause;

const PREFIX: &str = "oh-";

/// 30 characters of base 62 are 178 bits.
const RANDOM_CHARS: usize = 30;

/// 62^6 is more than 2^32, so a CRC-32 fits.
const CHECKSUM_CHARS: usize = 6;

const HINT_CHARS: usize = 4;

const DIGITS: [u8; 62] = *b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A tenant's secret. Only its SHA-256 is stored, and `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The longest text that can be a token, in bytes.
    pub const MAX_BYTES: usize = 256;

    /// A new token from the operating system's randomness. Fails only where that fails.
    pub fn generate() -> Result<Self, Error> {
        let random = random_digits(RANDOM_CHARS)
            .map_err(|error| Error::new("make a token", Cause::Randomness(error)))?;
        let body = format!("{PREFIX}{random}");
        let checksum = checksum(&body);
        Ok(Self(body + &checksum))
    }

    /// The token that `text` is, if its form and checksum are right. Asks nobody.
    ///
    /// 30 or more random characters are accepted, so that longer tokens can be made later.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(PREFIX)?;
        let formed = text.len() <= Self::MAX_BYTES
            && digits.len() >= RANDOM_CHARS + CHECKSUM_CHARS
            && digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !formed {
            return None;
        }
        let (body, sum) = text.split_at_checked(text.len() - CHECKSUM_CHARS)?;
        (checksum(body) == sum).then(|| Self(text.to_owned()))
    }

    /// The whole text, to be shown to its owner once.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The last characters, for its owner to recognise it by. They are part of the checksum.
    pub(crate) fn hint(&self) -> String {
        let start = self.0.len().saturating_sub(HINT_CHARS);
        self.0.get(start..).unwrap_or_default().to_owned()
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

/// Digits of base 62, each as likely as any other.
fn random_digits(count: usize) -> Result<String, getrandom::Error> {
    // The largest multiple of 62 that a byte holds: beyond it some digits would come up more often.
    const FAIR: u8 = 248;
    let mut digits = String::with_capacity(count);
    let mut bytes = [0; 64];
    while digits.len() < count {
        getrandom::fill(&mut bytes)?;
        let fair = bytes.iter().filter(|byte| **byte < FAIR);
        digits.extend(fair.map(|byte| digit(u32::from(*byte))).take(count - digits.len()));
    }
    Ok(digits)
}

/// The CRC-32 of `body` as [`CHECKSUM_CHARS`] digits of base 62, the highest first.
fn checksum(body: &str) -> String {
    let mut rest = crc32fast::hash(body.as_bytes());
    let mut digits = ['0'; CHECKSUM_CHARS];
    for place in digits.iter_mut().rev() {
        *place = digit(rest);
        rest /= 62;
    }
    digits.iter().collect()
}

/// The last digit of `number` in base 62.
fn digit(number: u32) -> char {
    let index = number % 62;
    usize::try_from(index)
        .ok()
        .and_then(|index| DIGITS.get(index))
        .map_or('0', |digit| char::from(*digit))
}
