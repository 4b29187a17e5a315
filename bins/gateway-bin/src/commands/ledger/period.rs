//! `--from` and `--to`: the part of time that an export is about.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tenancy::UnixMillis;

use crate::commands::Misuse;

/// From the first point, inclusive, to the second, exclusive; without one it is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Period {
    pub(super) from: Option<UnixMillis>,
    pub(super) to: Option<UnixMillis>,
}

impl Period {
    /// The period between two options of the command line.
    pub(super) fn parse(from: Option<&str>, to: Option<&str>) -> Result<Self, Misuse> {
        let from = from.map(|text| point("--from", text)).transpose()?;
        let to = to.map(|text| point("--to", text)).transpose()?;
        if let (Some(first), Some(end)) = (from, to)
            && end <= first
        {
            return Err(Misuse("--to: give a date or time later than that of `--from`".to_owned()));
        }
        Ok(Self { from, to })
    }
}

/// The beginning of a day in UTC, or a time to the millisecond.
fn point(option: &str, text: &str) -> Result<UnixMillis, Misuse> {
    let time = if is_day(text) { midnight(text) } else { text.parse().ok() };
    time.map(first_millisecond).ok_or_else(|| {
        Misuse(format!(
            "{option}: `{text}` is no date; use a day such as `2026-11-01`, which begins at \
             midnight UTC, or a time such as `2026-11-01T08:30:00Z` or `2026-11-01T16:30:00+08:00`"
        ))
    })
}

/// Digits and hyphens alone: a time without its offset must not be taken for a day.
fn is_day(text: &str) -> bool {
    text.len() == "2026-11-01".len()
}

fn midnight(day: &str) -> Option<Timestamp> {
    let day = Date::strptime("%Y-%m-%d", day).ok()?;
    day.to_zoned(TimeZone::UTC).ok().map(|midnight| midnight.timestamp())
}

/// The first whole millisecond that is not earlier: rows are kept to the millisecond.
fn first_millisecond(time: Timestamp) -> UnixMillis {
    let millis = time.as_millisecond();
    let is_later = i128::from(millis) * 1_000_000 < time.as_nanosecond();
    UnixMillis(millis + i64::from(is_later))
}
