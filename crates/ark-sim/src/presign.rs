//! URLs that are valid for a time, in the way of the upstream's object store.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::stamp;
use crate::tasks::Media;

/// A URL for `path` that is valid for `seconds` from `since_ms` on.
pub(crate) fn url(media: &Media, path: &str, since_ms: i64, seconds: i64) -> String {
    let date = stamp::compact(since_ms);
    let signature = sign(media.secret, path, &date, seconds);
    format!(
        "{}{path}?X-Tos-Algorithm=TOS4-HMAC-SHA256&X-Tos-Credential={}%2F{date}&X-Tos-Date={date}\
         &X-Tos-Expires={seconds}&X-Tos-Signature={signature}",
        media.base_url, media.key
    )
}

/// Whether the query holds a signature of ours for `path` that is still valid.
pub(crate) fn is_valid(
    secret: &str,
    path: &str,
    query: impl Iterator<Item = (String, String)>,
    now_ms: i64,
) -> bool {
    let (mut date, mut seconds, mut signature) = (String::new(), 0, String::new());
    for (name, value) in query {
        match name.as_str() {
            "X-Tos-Date" => date = value,
            "X-Tos-Expires" => seconds = value.parse().unwrap_or(0),
            "X-Tos-Signature" => signature = value,
            _ => {}
        }
    }
    let Some(since_ms) = stamp::parse_compact(&date) else {
        return false;
    };
    let expired_ms = since_ms.saturating_add(i64::saturating_mul(seconds, 1000));
    now_ms < expired_ms && signature == sign(secret, path, &date, seconds)
}

fn sign(secret: &str, path: &str, date: &str, seconds: i64) -> String {
    // A key of any length is accepted, so this never fails.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(format!("{path}\n{date}\n{seconds}").as_bytes());
    hex(&mac.finalize().into_bytes())
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
