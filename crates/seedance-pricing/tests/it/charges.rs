//! Golden charges: figures that finance can read and check by hand.

use std::collections::BTreeSet;

use seedance_pricing::{Decimal, PriceBook, Sku, Tariff};
use serde::Deserialize;

use crate::support::{cases, exchange_rate, official_at, price, tokens};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChargeCase {
    why: String,
    sku: String,
    tokens: u64,
    price_cny_per_million: String,
    cny_per_usd: String,
    rate_usd_per_million: String,
    charge_cny: String,
    charge_usd: String,
}

impl ChargeCase {
    #[track_caller]
    fn check(&self, prices: PriceBook) {
        let why = &self.why;
        let sku = Sku::parse(&self.sku).unwrap();
        let tariff = Tariff::new(prices, exchange_rate(&self.cny_per_usd));
        let charge = tariff.charge(sku, tokens(self.tokens));

        assert_eq!(charge.sku, sku, "{why}");
        assert_eq!(charge.tokens.get(), self.tokens, "{why}");
        assert_eq!(charge.price.to_string(), self.price_cny_per_million, "{why}");
        assert_eq!(charge.cny_per_usd.to_string(), self.cny_per_usd, "{why}");
        assert_eq!(charge.rate.to_string(), self.rate_usd_per_million, "{why}");
        assert_eq!(charge.charge_cny.to_string(), self.charge_cny, "{why}");
        assert_eq!(charge.charge_usd.to_string(), self.charge_usd, "{why}");
        assert_eq!(tariff.rate(sku), charge.rate, "{why}");
    }
}

#[test]
fn p06_videos_at_official_prices_cost_the_golden_amounts() {
    for case in cases::<ChargeCase>("charges.json") {
        case.check(PriceBook::official());
    }
}

#[test]
fn the_golden_charges_cover_all_twelve_skus() {
    let cases = cases::<ChargeCase>("charges.json");
    let covered: BTreeSet<&str> = cases.iter().map(|case| case.sku.as_str()).collect();
    assert_eq!(covered, Sku::ALL.map(Sku::name).into_iter().collect());
}

#[test]
fn p06_ties_near_misses_and_extremes_round_half_to_even() {
    for case in cases::<ChargeCase>("rounding.json") {
        let sku = Sku::parse(&case.sku).unwrap();
        let price = price(&case.price_cny_per_million);
        case.check(PriceBook::official().with_price(sku, price));
    }
}

/// The part of an official example that concerns a charge.
#[derive(Deserialize)]
struct OfficialExample {
    why: String,
    sku: String,
    tokens: u64,
    official_cny: String,
}

#[test]
fn the_official_price_examples_come_out_to_the_fen() {
    for case in cases::<OfficialExample>("official_examples.json") {
        let sku = Sku::parse(&case.sku).unwrap();
        let charge = official_at("7.1").charge(sku, tokens(case.tokens));
        let to_the_fen = charge.charge_cny.decimal().round_dp(2);
        let official: Decimal = case.official_cny.parse().unwrap();
        assert_eq!(to_the_fen, official, "{}: {}", case.sku, case.why);
    }
}

#[test]
fn a_charge_explains_itself_in_one_line() {
    let charge = official_at("7.10").charge(Sku::Standard4kNoVideo, tokens(785_700));
    assert_eq!(
        charge.to_string(),
        "doubao-seedance-2-0-4k-novideo: 785700 tokens x 3.661972 USD/M = 2.877211 USD \
         (26 CNY/M at 7.1 CNY/USD; 20.4282 CNY)"
    );
}
