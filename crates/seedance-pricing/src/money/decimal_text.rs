//! Decimal text into millionths, and the refusal of everything else.
//!
//! Strict on purpose: a number that two people could read differently is no price.

use std::fmt;

use rust_decimal::Decimal;

use crate::quoted::quoted;

/// Digits after the decimal point.
pub(super) const DECIMALS: u32 = 6;

/// The values that a money type accepts, in millionths, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    /// What is measured and in which unit, for messages.
    pub(super) quantity: &'static str,
    pub(super) min: i64,
    pub(super) max: i64,
}

impl Range {
    /// The millionths that `text` says, if they are in the range.
    pub(super) fn parse(&self, text: &str) -> Result<i64, InvalidMoney> {
        parse_micros(text)
            .and_then(|micros| {
                let accepted = (self.min..=self.max).contains(&micros);
                accepted.then_some(micros).ok_or(Fault::OutOfRange)
            })
            .map_err(|fault| InvalidMoney { range: *self, found: text.to_owned(), fault })
    }

    /// The refusal of a number of millionths that is out of the range.
    pub(super) fn refuse(&self, micros: i64) -> InvalidMoney {
        InvalidMoney { range: *self, found: decimal_text(micros), fault: Fault::OutOfRange }
    }
}

/// The millionths that plain decimal text says: `7.1` is 7,100,000.
fn parse_micros(text: &str) -> Result<i64, Fault> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if !is_digits(whole) || !is_digits(fraction) {
        return Err(Fault::NotPlain);
    }
    if 6 < fraction.len() {
        return Err(Fault::TooPrecise);
    }
    // Only digits are left, so the one way to fail is a number beyond 64 bits.
    format!("{whole}{fraction:0<6}").parse().map_err(|_| Fault::OutOfRange)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn decimal_text(micros: i64) -> String {
    Decimal::new(micros, DECIMALS).normalize().to_string()
}

/// The refusal of a text or number that is no price, rate or amount.
///
/// `Display` names the quantity, the value and what is accepted:
/// ``CNY per USD `0.14` is out of range; use 1 to 1000 with at most 6 decimals``.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidMoney {
    range: Range,
    found: String,
    fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    NotPlain,
    TooPrecise,
    OutOfRange,
}

impl fmt::Display for InvalidMoney {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fault = match self.fault {
            Fault::NotPlain => "is not a plain decimal number",
            Fault::TooPrecise => "has more than 6 decimals",
            Fault::OutOfRange => "is out of range",
        };
        write!(
            f,
            "{} {} {fault}; use {} to {} with at most 6 decimals",
            self.range.quantity,
            quoted(&self.found),
            decimal_text(self.range.min),
            decimal_text(self.range.max),
        )
    }
}

impl std::error::Error for InvalidMoney {}
