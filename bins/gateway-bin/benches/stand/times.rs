//! Times as the figures that say most of them.

use crate::figures::Column;

/// What is shown: a name, and the share of the times that are no longer, in thousandths.
const SHOWN: [(&str, usize); 4] = [("p50", 500), ("p99", 990), ("p99.9", 999), ("max", 1000)];

/// Adds the percentiles of these times, which are in microseconds and need no order.
pub(crate) fn add(column: &mut Column, name: &str, mut micros: Vec<u64>) {
    micros.sort_unstable();
    for (label, share) in SHOWN {
        let place = (micros.len() * share).div_ceil(1000).saturating_sub(1);
        let value = micros.get(place).map(|micros| millis(*micros));
        column.add(&format!("{name}, {label}, ms"), value);
    }
}

/// Microseconds as milliseconds with one decimal.
#[expect(clippy::float_arithmetic, reason = "a figure for people")]
fn millis(micros: u64) -> f64 {
    f64::from(u32::try_from(micros.div_ceil(100)).unwrap_or(u32::MAX)) / 10.0
}
