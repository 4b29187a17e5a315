//! The one rounding rule of this crate: half to even.
//!
//! A tie is decided on exact integers, so there is no earlier rounding that could hide or
//! invent one. Nothing else in the crate rounds money.

use std::cmp::Ordering;
use std::num::{NonZeroU32, NonZeroU128};

/// `value × factor / divisor`, computed exactly and then rounded once, half to even.
///
/// Total: the product has at most 96 bits and twice the rest at most 33.
pub(crate) fn multiply_divide(value: u64, factor: u32, divisor: NonZeroU32) -> u128 {
    let divisor = NonZeroU128::from(divisor);
    let product = u128::from(value) * u128::from(factor);
    let floor = product / divisor;
    let twice_the_rest = 2 * (product % divisor);
    match twice_the_rest.cmp(&divisor.get()) {
        Ordering::Less => floor,
        Ordering::Equal => floor + floor % 2,
        Ordering::Greater => floor + 1,
    }
}
