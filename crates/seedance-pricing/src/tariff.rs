//! A price book and an exchange rate: all that is needed to charge, under one version.
//!
//! A task remembers the version of the tariff it was created under and is charged by that one,
//! whatever the prices are when it ends.

mod document;

use crate::charge::{Charge, rate};
use crate::fingerprint::fingerprint;
use crate::money::{CnyPerUsd, UsdPerMillionTokens};
use crate::price_book::PriceBook;
use crate::sku::Sku;
use crate::tokens::TokenCount;

pub use document::InvalidTariff;

/// Prices in CNY and the exchange rate that turns them into USD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tariff {
    prices: PriceBook,
    cny_per_usd: CnyPerUsd,
}

impl Tariff {
    /// The tariff of a price book at an exchange rate.
    pub fn new(prices: PriceBook, cny_per_usd: CnyPerUsd) -> Self {
        Self { prices, cny_per_usd }
    }

    /// The prices.
    pub fn prices(&self) -> &PriceBook {
        &self.prices
    }

    /// The exchange rate.
    pub fn cny_per_usd(&self) -> CnyPerUsd {
        self.cny_per_usd
    }

    /// `tariff-` and 12 hexadecimal digits that follow from prices and exchange rate alone.
    pub fn version(&self) -> String {
        fingerprint("tariff", &document::content(self))
    }

    /// The PhanEdge Rate of `sku`: its price divided by the exchange rate, rounded half to even
    /// to 6 decimals.
    pub fn rate(&self, sku: Sku) -> UsdPerMillionTokens {
        rate(self.prices.price(sku), self.cny_per_usd)
    }

    /// What `tokens` of `sku` cost.
    ///
    /// Total: every SKU has a price, and no allowed number of tokens overflows.
    /// A charge below half a millionth is 0.
    pub fn charge(&self, sku: Sku, tokens: TokenCount) -> Charge {
        Charge::of(sku, tokens, self.prices.price(sku), self.cny_per_usd)
    }

    /// The tariff as text, to be stored once per version.
    ///
    /// One `name = value` per line, the version last; see the front page for an example.
    pub fn to_document(&self) -> String {
        document::write(self)
    }

    /// The tariff that [`Tariff::to_document`] wrote.
    ///
    /// The version is computed again, and a document that differs from the one that its own
    /// content gives, be it in one blank, is refused.
    pub fn from_document(document: &str) -> Result<Self, InvalidTariff> {
        document::read(document)
    }
}
