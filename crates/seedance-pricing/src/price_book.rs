//! What each SKU costs in CNY, as the official price list has it or as an operator sets it.
//!
//! Exchange rates are not here; see the tariff.

use crate::fingerprint::fingerprint;
use crate::money::{CnyPerMillionTokens, MICROS};
use crate::sku::Sku;

/// The official prices: section 3 of the public contract, in its order.
const OFFICIAL_PRICES: [(Sku, CnyPerMillionTokens); Sku::ALL.len()] = [
    (Sku::Standard480pNoVideo, yuan(46)),
    (Sku::Standard480pVideo, yuan(28)),
    (Sku::Standard720pNoVideo, yuan(46)),
    (Sku::Standard720pVideo, yuan(28)),
    (Sku::Standard1080pNoVideo, yuan(51)),
    (Sku::Standard1080pVideo, yuan(31)),
    (Sku::Standard4kNoVideo, yuan(26)),
    (Sku::Standard4kVideo, yuan(16)),
    (Sku::FastNoVideo, yuan(37)),
    (Sku::FastVideo, yuan(22)),
    (Sku::MiniNoVideo, yuan(23)),
    (Sku::MiniVideo, yuan(14)),
];

const fn yuan(whole: u32) -> CnyPerMillionTokens {
    CnyPerMillionTokens::known(whole * MICROS)
}

/// A price for every SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceBook {
    /// One per SKU, in the order of [`Sku::ALL`].
    prices: [(Sku, CnyPerMillionTokens); Sku::ALL.len()],
}

impl PriceBook {
    /// The official prices of section 3 of the public contract.
    pub fn official() -> Self {
        Self { prices: OFFICIAL_PRICES }
    }

    /// The same book with another price for `sku`.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "there is one price for each SKU")]
    pub fn with_price(mut self, sku: Sku, price: CnyPerMillionTokens) -> Self {
        self.prices[sku as usize].1 = price;
        self
    }

    /// The price of `sku`.
    #[expect(clippy::indexing_slicing, reason = "there is one price for each SKU")]
    pub fn price(&self, sku: Sku) -> CnyPerMillionTokens {
        self.prices[sku as usize].1
    }

    /// `book-` and 12 hexadecimal digits that follow from the twelve prices alone.
    ///
    /// Two books with the same prices have the same version, however they came about.
    pub fn version(&self) -> String {
        fingerprint("book", &self.price_lines())
    }

    /// One line per SKU, in the order of [`Sku::ALL`]: `name = price`.
    pub(crate) fn price_lines(&self) -> String {
        self.prices.map(|(sku, price)| format!("{sku} = {price}\n")).concat()
    }
}
