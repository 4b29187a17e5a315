//! Charges and rates against big integers, over the whole domain.
//!
//! The oracle does not round. It is given a fraction and the answer, and says whether the answer
//! is that fraction, rounded half to even: no more than half away, and even if exactly half.

use std::cell::Cell;

use num_bigint::BigInt;
use proptest::prelude::{Strategy, any, prop_assert_ne};
use proptest::test_runner::{Config, TestRunner};
use seedance_pricing::{
    Charge, CnyPerMillionTokens, CnyPerUsd, PriceBook, Sku, Tariff, TokenCount,
};

const CASES: u32 = 200_000;
const MILLION: i64 = 1_000_000;

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Nearest,
    TieToEven,
    Wrong,
}

/// Whether `answer` is `numerator / denominator`, rounded half to even.
fn verdict(answer: i64, numerator: &BigInt, denominator: &BigInt) -> Verdict {
    let miss = numerator - denominator * answer;
    let twice = BigInt::from(miss.magnitude().clone()) * 2;
    if twice < *denominator {
        Verdict::Nearest
    } else if twice == *denominator && answer % 2 == 0 {
        Verdict::TieToEven
    } else {
        Verdict::Wrong
    }
}

/// The verdicts on the rate, the charge in CNY and the charge in USD.
fn verdicts(charge: &Charge) -> [Verdict; 3] {
    let tokens = BigInt::from(charge.tokens.get());
    let price = BigInt::from(charge.price.micros());
    let cny_per_usd = BigInt::from(charge.cny_per_usd.micros());
    let million = BigInt::from(MILLION);
    let rate = charge.rate.micros();
    [
        verdict(rate, &(&price * &million), &cny_per_usd),
        verdict(charge.charge_cny.micros(), &(&tokens * &price), &million),
        verdict(charge.charge_usd.micros(), &(&tokens * rate), &million),
    ]
}

fn charge(price: i64, cny_per_usd: i64, tokens: u64) -> Charge {
    let sku = Sku::FastVideo;
    let price = CnyPerMillionTokens::from_micros(price).unwrap();
    let cny_per_usd = CnyPerUsd::from_micros(cny_per_usd).unwrap();
    let prices = PriceBook::official().with_price(sku, price);
    Tariff::new(prices, cny_per_usd).charge(sku, TokenCount::new(tokens).unwrap())
}

#[test]
fn p06_charges_and_rates_equal_a_big_integer_oracle() {
    let ties = [const { Cell::new(0_u32) }; 3];
    let mut runner =
        TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    let every_charge = any::<[u64; 3]>().prop_map(|[price, cny_per_usd, tokens]| {
        charge(
            spread(price, 10_000, 1_000_000_000),
            spread(cny_per_usd, 1_000_000, 1_000_000_000),
            spread(tokens, 1, (1 << 53) - 1).unsigned_abs(),
        )
    });
    let outcome = runner.run(&every_charge, |charge| {
        for (verdict, ties) in verdicts(&charge).iter().zip(&ties) {
            prop_assert_ne!(verdict, &Verdict::Wrong);
            ties.set(ties.get() + u32::from(*verdict == Verdict::TieToEven));
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    for ties in ties {
        assert!(CASES / 1000 < ties.get(), "too few ties were tried: {}", ties.get());
    }
}

#[test]
fn p06_every_combination_of_bounds_equals_the_oracle() {
    for price in [10_000, 10_001, 999_999_999, 1_000_000_000] {
        for cny_per_usd in [1_000_000, 1_000_001, 999_999_999, 1_000_000_000] {
            for tokens in [1, 2, (1 << 53) - 2, (1 << 53) - 1] {
                let verdicts = verdicts(&charge(price, cny_per_usd, tokens));
                assert!(!verdicts.contains(&Verdict::Wrong), "{price} {cny_per_usd} {tokens}");
            }
        }
    }
}

#[test]
fn the_oracle_itself_tells_right_from_wrong() {
    let of = |answer, numerator: i32, denominator: i32| {
        verdict(answer, &BigInt::from(numerator), &BigInt::from(denominator))
    };
    assert_eq!(of(2, 5, 2), Verdict::TieToEven);
    assert_eq!(of(3, 5, 2), Verdict::Wrong);
    assert_eq!(of(4, 7, 2), Verdict::TieToEven);
    assert_eq!(of(3, 10, 3), Verdict::Nearest);
    assert_eq!(of(4, 10, 3), Verdict::Wrong);
}

/// A value between two bounds, chosen by random bits: of every size, near the edges, and round,
/// which gives ties.
fn spread(bits: u64, min: i64, max: i64) -> i64 {
    let (kind, bits) = (bits % 8, bits / 8);
    let any = i64::try_from(bits).unwrap_or(max);
    let value = match kind {
        0 => max - any % 1_000,
        1 => min + any % 1_000,
        2 | 3 => min + any % (max - min + 1),
        4 => any >> (any % 61),
        5 | 6 => (1 + any % 2_000) * (MILLION / 2),
        _ => MILLION << (any % 10),
    };
    value.clamp(min, max)
}
