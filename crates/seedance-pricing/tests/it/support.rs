//! What several test files need: the fixtures, and short ways to write money.

use std::path::Path;

use seedance_pricing::{CnyPerMillionTokens, CnyPerUsd, PriceBook, Tariff, TokenCount};
use serde::de::DeserializeOwned;

/// The cases of a file in `fixtures/pricing`.
#[track_caller]
pub(crate) fn cases<Case: DeserializeOwned>(file: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/pricing").join(file);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()));
    let cases: Vec<Case> = serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{} is no list of cases: {error}", path.display()));
    assert!(!cases.is_empty(), "{file} has no cases");
    cases
}

#[track_caller]
pub(crate) fn price(text: &str) -> CnyPerMillionTokens {
    CnyPerMillionTokens::parse(text).unwrap()
}

#[track_caller]
pub(crate) fn exchange_rate(text: &str) -> CnyPerUsd {
    CnyPerUsd::parse(text).unwrap()
}

#[track_caller]
pub(crate) fn tokens(count: u64) -> TokenCount {
    TokenCount::new(count).unwrap()
}

/// The official prices at an exchange rate.
#[track_caller]
pub(crate) fn official_at(cny_per_usd: &str) -> Tariff {
    Tariff::new(PriceBook::official(), exchange_rate(cny_per_usd))
}
