//! Ids as the upstream makes them, unique in the whole process at any rate.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::dice::scramble;
use crate::stamp;

/// Number of different endings: 5 of `[a-z0-9]`.
const ENDINGS: u64 = 36 * 36 * 36 * 36 * 36;
/// Coprime to [`ENDINGS`], so that each of that many numbers in a row has its own ending.
const STRIDE: u64 = 25_214_903;

/// `cgt-20260611204121-462cw`.
pub(crate) fn task(now_ms: i64) -> String {
    format!("cgt-{}-{}", stamp::beijing(now_ms), ending())
}

/// `asset-20260318072044-n8bcl`.
pub(crate) fn asset(now_ms: i64) -> String {
    format!("asset-{}-{}", stamp::utc(now_ms), ending())
}

/// `group-20260318072044-n8bcl`.
pub(crate) fn group(now_ms: i64) -> String {
    format!("group-{}-{}", stamp::utc(now_ms), ending())
}

/// A request id of the task API: `02`, 13 digits of milliseconds, 38 hexadecimal digits.
pub(crate) fn task_request(now_ms: i64) -> String {
    let number = next();
    let (high, low) = (scramble(number), scramble(!number));
    format!("02{now_ms:013}{high:016x}{low:016x}{:06x}", high >> 40)
}

/// A request id of the asset API: Beijing time and 20 hexadecimal digits.
pub(crate) fn asset_request(now_ms: i64) -> String {
    let high = scramble(next());
    format!("{}{:04X}{high:016X}", stamp::beijing(now_ms), high >> 48)
}

fn ending() -> String {
    const DIGITS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut left = (next() % ENDINGS) * STRIDE % ENDINGS;
    let mut text = String::with_capacity(5);
    for _ in 0..5 {
        let digit = usize::try_from(left % 36).unwrap_or(0);
        text.extend(DIGITS.get(digit).map(|byte| char::from(*byte)));
        left /= 36;
    }
    text
}

/// A number that no other id of this process has. Two runs start at different numbers, so that a
/// restarted simulator does not repeat the ids of the one before.
fn next() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    static START: OnceLock<u64> = OnceLock::new();
    let start = START.get_or_init(|| getrandom::u64().unwrap_or(0));
    start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed))
}
