//! Tokens and money: one changed symbol is no token, and every figure is the nearest one.

use seedance_pricing::{CnyPerMillionTokens, CnyPerUsd, PriceBook, Sku, Tariff, TokenCount};
use tenancy::Token;

const MILLION: i128 = 1_000_000;

pub(crate) fn token(bytes: &[u8]) {
    let Some(token) = std::str::from_utf8(bytes).ok().and_then(Token::parse) else {
        return;
    };
    let text = token.expose();
    assert_eq!(text.as_bytes(), bytes);
    assert!(text.len() <= Token::MAX_BYTES && text.bytes().all(|byte| byte.is_ascii_graphic()));
    assert!(!format!("{token:?}").contains(text));
    for place in 0..text.len() {
        let mut other = bytes.to_vec();
        other[place] = if other[place] == b'a' { b'b' } else { b'a' };
        let other = std::str::from_utf8(&other).ok().and_then(Token::parse);
        assert!(other.is_none(), "a checksum misses symbol {place}");
    }
}

/// Three numbers of eight bytes: tokens, price, exchange rate; the next byte chooses the SKU.
pub(crate) fn ledger_math(bytes: &[u8]) {
    let mut numbers = bytes
        .chunks_exact(8)
        .map(|eight| eight.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)));
    let mut next = || numbers.next();
    let (Some(tokens), Some(price), Some(rate)) = (next(), next(), next()) else {
        return;
    };
    let sku = Sku::ALL[usize::from(bytes.last().copied().unwrap_or(0)) % Sku::ALL.len()];
    let Ok(tokens) = TokenCount::new(tokens) else {
        return;
    };
    let price = CnyPerMillionTokens::from_micros(i64::from_ne_bytes(price.to_ne_bytes()));
    let rate = CnyPerUsd::from_micros(i64::from_ne_bytes(rate.to_ne_bytes()));
    let (Ok(price), Ok(rate)) = (price, rate) else {
        return;
    };
    let tariff = Tariff::new(PriceBook::official().with_price(sku, price), rate);
    let charge = tariff.charge(sku, tokens);
    let wide = |number: i64| i128::from(number);
    let (count, price) = (i128::from(tokens.get()), wide(price.micros()));
    is_nearest(wide(charge.rate.micros()), price * MILLION, wide(rate.micros()));
    is_nearest(wide(charge.charge_cny.micros()), count * price, MILLION);
    is_nearest(wide(charge.charge_usd.micros()), count * wide(charge.rate.micros()), MILLION);
    let stored = Tariff::from_document(&tariff.to_document());
    assert_eq!(stored.map(|tariff| tariff.charge(sku, tokens)).ok(), Some(charge));
}

/// Rounded half to even.
fn is_nearest(answer: i128, numerator: i128, denominator: i128) {
    let twice = 2 * (numerator - denominator * answer).abs();
    let right = twice < denominator || twice == denominator && answer % 2 == 0;
    assert!(right, "{answer} is not {numerator} / {denominator}");
}
