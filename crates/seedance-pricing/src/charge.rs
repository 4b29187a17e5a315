//! The arithmetic of money: a rate from a price, and a charge from tokens.
//!
//! The only file that multiplies or divides money. Each figure is rounded once, by
//! `rounding.rs`.

use std::fmt;
use std::num::NonZeroU32;

use crate::money::{
    CnyAmount, CnyPerMillionTokens, CnyPerUsd, MICROS, UsdAmount, UsdPerMillionTokens,
};
use crate::rounding::multiply_divide;
use crate::sku::Sku;
use crate::tokens::TokenCount;

/// Prices and rates are per this many tokens.
const TOKENS_PER_PRICE: NonZeroU32 = NonZeroU32::new(1_000_000).unwrap();

/// What a video costs, with every figure that led to it.
///
/// The fields are a ledger row's: anyone can repeat the calculation from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge {
    /// What was made.
    pub sku: Sku,
    /// How many tokens it took.
    pub tokens: TokenCount,
    /// The price of the SKU.
    pub price: CnyPerMillionTokens,
    /// The exchange rate.
    pub cny_per_usd: CnyPerUsd,
    /// The PhanEdge Rate: `price / cny_per_usd`, rounded half to even to 6 decimals.
    pub rate: UsdPerMillionTokens,
    /// `tokens × price / 1,000,000`, rounded half to even to 6 decimals.
    pub charge_cny: CnyAmount,
    /// `tokens × rate / 1,000,000`, rounded half to even to 6 decimals: what the tenant pays.
    pub charge_usd: UsdAmount,
}

impl Charge {
    /// The charge for `tokens` of `sku` at a price and an exchange rate.
    pub(crate) fn of(
        sku: Sku,
        tokens: TokenCount,
        price: CnyPerMillionTokens,
        cny_per_usd: CnyPerUsd,
    ) -> Self {
        let rate = rate(price, cny_per_usd);
        Self {
            sku,
            tokens,
            price,
            cny_per_usd,
            rate,
            charge_cny: CnyAmount::from_micros(cost_micros(tokens, price.positive_micros())),
            charge_usd: UsdAmount::from_micros(cost_micros(tokens, rate.positive_micros())),
        }
    }
}

/// The calculation in one line, for people.
impl fmt::Display for Charge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sku, tokens, price, cny_per_usd, rate, charge_cny, charge_usd } = self;
        write!(
            f,
            "{sku}: {tokens} tokens x {rate} USD/M = {charge_usd} USD \
             ({price} CNY/M at {cny_per_usd} CNY/USD; {charge_cny} CNY)"
        )
    }
}

/// The PhanEdge Rate of a price.
pub(crate) fn rate(price: CnyPerMillionTokens, cny_per_usd: CnyPerUsd) -> UsdPerMillionTokens {
    let price_micros = u64::from(price.positive_micros().get());
    let micros = multiply_divide(price_micros, MICROS, cny_per_usd.positive_micros());
    i64::try_from(micros)
        .ok()
        .and_then(|micros| UsdPerMillionTokens::from_micros(micros).ok())
        .unwrap_or_else(|| unreachable!("the bounds of price and exchange rate bound the rate"))
}

/// What `tokens` cost at a price or rate per million, in millionths of its currency.
fn cost_micros(tokens: TokenCount, micros_per_million: NonZeroU32) -> i64 {
    let micros = multiply_divide(tokens.get(), micros_per_million.get(), TOKENS_PER_PRICE);
    i64::try_from(micros)
        .unwrap_or_else(|_| unreachable!("the bounds of tokens and price bound the charge"))
}

/// The proof that neither `unreachable!` is ever reached: the extreme rates come out as whole
/// micros, so rounding leaves them alone, and the largest charge is well below the largest `i64`.
const _: () = {
    const fn micros(value: NonZeroU32) -> u128 {
        value.get() as u128
    }
    let highest_price = micros(CnyPerMillionTokens::MAX.positive_micros());
    let lowest_price = micros(CnyPerMillionTokens::MIN.positive_micros());
    let highest_rate = micros(UsdPerMillionTokens::MAX.positive_micros());
    let lowest_rate = micros(UsdPerMillionTokens::MIN.positive_micros());
    let one = MICROS as u128;
    assert!(highest_rate * micros(CnyPerUsd::MIN.positive_micros()) == highest_price * one);
    assert!(lowest_rate * micros(CnyPerUsd::MAX.positive_micros()) == lowest_price * one);

    let tokens = TokenCount::MAX.get() as u128;
    let per = TOKENS_PER_PRICE.get() as u128;
    assert!(tokens * highest_price / per < i64::MAX as u128);
    assert!(tokens * highest_rate / per < i64::MAX as u128);
};
