//! The five money types: one unit each, said in the name, exact to a millionth of that unit.
//!
//! They hold whole millionths ("micros"); [`Decimal`] and decimal text are how they look from
//! outside. They do not multiply or divide: that is in `charge.rs` alone.
//!
//! The bounds keep every later step total, so neither a rate nor a charge can overflow:
//!
//! - Prices and exchange rates are at most 1,000, which is 10^9 micros.
//! - An exchange rate is at least 1 and a price at least 0.01, so a rate is at least
//!   0.01 / 1,000 = 0.00001 and at most 1,000 / 1: six decimals always hold it, never as zero.
//! - A charge is at most (2^53 - 1) tokens × 1,000 per million: below 9.008 × 10^18 micros, while
//!   an `i64` holds 9.223 × 10^18. (Prices up to 100,000 would need 70 bits.)
//! - A `Decimal` has 96 bits for its digits, so it holds every `i64` of micros exactly.
//!
//! `charge.rs` repeats this as assertions that the compiler checks.

mod decimal_text;

use std::fmt;
use std::num::NonZeroU32;

use rust_decimal::Decimal;

pub use decimal_text::InvalidMoney;
use decimal_text::{DECIMALS, Range};

/// Millionths in one unit.
pub(crate) const MICROS: u32 = 1_000_000;

/// What all five types share: text, decimals and printing, on top of their own `micros`.
macro_rules! outward_forms {
    ($name:ident) => {
        impl $name {
            /// The value as an exact decimal, without trailing zeros.
            pub fn decimal(self) -> Decimal {
                Decimal::new(self.micros(), DECIMALS).normalize()
            }
        }

        /// The shortest exact decimal, such as `7.1`, without a currency sign.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let digits = self.decimal().abs().to_string();
                // Unlike `pad`, this aligns numbers to the right and never cuts digits off.
                f.pad_integral(0 <= self.micros(), "", &digits)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

/// A price or rate: positive and bounded, so that it can be multiplied and divided by.
macro_rules! bounded_money {
    ($(#[$doc:meta])* $name:ident, $quantity:literal, $min:literal ..= $max:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(NonZeroU32);

        impl $name {
            /// The smallest value.
            pub const MIN: Self = Self::known($min);
            /// The largest value.
            pub const MAX: Self = Self::known($max);
            const RANGE: Range = Range { quantity: $quantity, min: $min, max: $max };

            /// A value that is written in this crate, in micros; for constants only.
            pub(crate) const fn known(micros: u32) -> Self {
                assert!($min <= micros && micros <= $max, "a constant is out of range");
                match NonZeroU32::new(micros) {
                    Some(micros) => Self(micros),
                    None => unreachable!(),
                }
            }

            /// Reads plain decimal text: digits, and at most 6 of them after a point.
            pub fn parse(text: &str) -> Result<Self, InvalidMoney> {
                Self::from_micros(Self::RANGE.parse(text)?)
            }

            /// The value of so many millionths.
            pub fn from_micros(micros: i64) -> Result<Self, InvalidMoney> {
                u32::try_from(micros)
                    .ok()
                    .and_then(NonZeroU32::new)
                    .map(Self)
                    .filter(|value| (Self::MIN..=Self::MAX).contains(value))
                    .ok_or_else(|| Self::RANGE.refuse(micros))
            }

            /// The value in millionths, exactly.
            pub fn micros(self) -> i64 {
                i64::from(self.0.get())
            }

            /// The value in millionths, as arithmetic wants it.
            pub(crate) const fn positive_micros(self) -> NonZeroU32 {
                self.0
            }
        }

        outward_forms!($name);
    };
}

/// An amount: what was charged, summed or allowed.
macro_rules! amount {
    ($(#[$doc:meta])* $name:ident, $quantity:literal) => {
        $(#[$doc])*
        ///
        /// Amounts come from charges and are 0 or more.
        /// A correction or a difference may be negative: it is made with `from_micros`.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(i64);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);
            const RANGE: Range = Range { quantity: $quantity, min: 0, max: i64::MAX };

            /// Reads plain decimal text, such as a budget: 0 or more, at most 6 decimals.
            pub fn parse(text: &str) -> Result<Self, InvalidMoney> {
                Self::RANGE.parse(text).map(Self)
            }

            /// The amount of so many millionths; negative for a correction.
            pub fn from_micros(micros: i64) -> Self {
                Self(micros)
            }

            /// The amount in millionths, exactly.
            pub fn micros(self) -> i64 {
                self.0
            }

            /// The exact sum, or `None` beyond 9,223,372,036,854.775807 either way.
            pub fn checked_add(self, other: Self) -> Option<Self> {
                self.0.checked_add(other.0).map(Self)
            }
        }

        outward_forms!($name);
    };
}

bounded_money! {
    /// A list price in CNY per million tokens, from 0.01 to 1,000.
    CnyPerMillionTokens, "price in CNY per million tokens", 10_000..=1_000_000_000
}

bounded_money! {
    /// The platform's exchange rate: how many CNY one USD costs, from 1 to 1,000.
    ///
    /// The lower bound also catches a rate that was typed upside down, such as `0.14`.
    CnyPerUsd, "CNY per USD", 1_000_000..=1_000_000_000
}

bounded_money! {
    /// The PhanEdge Rate in USD per million tokens, from 0.00001 to 1,000.
    ///
    /// A price divided by an exchange rate, so the bounds follow from theirs.
    UsdPerMillionTokens, "rate in USD per million tokens", 10..=1_000_000_000
}

amount! {
    /// An amount in CNY.
    CnyAmount, "amount in CNY"
}

amount! {
    /// An amount in USD.
    UsdAmount, "amount in USD"
}
