//! The value in the middle: one slow round must not decide.

/// The median of these values; of an even number, the lower one of the two.
pub(crate) fn median(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    let place = values.len().div_ceil(2).saturating_sub(1);
    values.get(place).copied().unwrap_or_default()
}

/// `a / b` with two decimals.
#[expect(clippy::float_arithmetic, reason = "a figure for people")]
pub(crate) fn ratio(a: u64, b: u64) -> f64 {
    let [a, b] = [a, b.max(1)].map(|value| f64::from(u32::try_from(value).unwrap_or(u32::MAX)));
    (a / b * 100.0).round() / 100.0
}

/// Microseconds as milliseconds with two decimals.
#[expect(clippy::float_arithmetic, reason = "a figure for people")]
pub(crate) fn millis(micros: u64) -> f64 {
    f64::from(u32::try_from(micros.div_ceil(10)).unwrap_or(u32::MAX)) / 100.0
}
