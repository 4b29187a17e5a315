//! The time that a line begins with: `2026-11-23T05:21:23.000000Z`.
//!
//! It is what `tracing-subscriber` writes, without formatting seven numbers one by one.

use std::fmt::{self, Write};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// The length of every time, in bytes.
const LENGTH: usize = 27;

/// Writes the time of this moment.
pub(super) fn write_now(writer: &mut impl Write) -> fmt::Result {
    writer.write_str(&text(Offset::UTC.to_datetime(Timestamp::now())))
}

fn text(time: DateTime) -> String {
    let (year, micros) = (i32::from(time.year()), time.subsec_nanosecond() / 1000);
    let pairs = [
        (year / 100, ""),
        (year, "-"),
        (time.month().into(), "-"),
        (time.day().into(), "T"),
        (time.hour().into(), ":"),
        (time.minute().into(), ":"),
        (time.second().into(), "."),
        (micros / 10_000, ""),
        (micros / 100, ""),
        (micros, "Z"),
    ];
    let mut text = String::with_capacity(LENGTH);
    for (number, end) in pairs {
        text.push(last_digit(number / 10));
        text.push(last_digit(number));
        text.push_str(end);
    }
    text
}

fn last_digit(number: i32) -> char {
    char::from(b'0' + u8::try_from(number.rem_euclid(10)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::text;

    #[test]
    fn a_time_has_all_its_digits() {
        let early = date(2026, 1, 2).at(3, 4, 5, 6_999);
        assert_eq!(text(early), "2026-01-02T03:04:05.000006Z");
        let late = date(1998, 12, 31).at(23, 59, 58, 987_654_321);
        assert_eq!(text(late), "1998-12-31T23:59:58.987654Z");
    }
}
