//! Times as the upstream writes them.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// China Standard Time, in which the upstream stamps its ids.
const BEIJING: Offset = Offset::constant(8);

/// `20260611204121`, Beijing time: the middle of task and request ids.
pub(crate) fn beijing(ms: i64) -> String {
    instant(ms).to_zoned(TimeZone::fixed(BEIJING)).strftime("%Y%m%d%H%M%S").to_string()
}

/// `20260318072044`, UTC: the middle of asset ids.
pub(crate) fn utc(ms: i64) -> String {
    instant(ms).strftime("%Y%m%d%H%M%S").to_string()
}

/// `20260318T072044Z`, as signatures write it.
pub(crate) fn compact(ms: i64) -> String {
    instant(ms).strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// `2026-03-18T07:20:44Z`, as assets write it.
pub(crate) fn rfc3339(ms: i64) -> String {
    instant(ms).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Reads what [`compact`] writes.
pub(crate) fn parse_compact(text: &str) -> Option<i64> {
    jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text)
        .ok()?
        .to_zoned(TimeZone::UTC)
        .ok()
        .map(|instant| instant.timestamp().as_millisecond())
}

fn instant(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or_default()
}
