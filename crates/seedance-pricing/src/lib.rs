#![doc = include_str!("../README.md")]

mod charge;
mod estimate;
mod fingerprint;
mod money;
mod price_book;
mod quoted;
mod rounding;
mod sku;
mod tariff;
mod tokens;
mod video_seconds;

pub use charge::Charge;
pub use estimate::{TokenEstimate, estimate, most_tokens};
pub use money::{
    CnyAmount, CnyPerMillionTokens, CnyPerUsd, InvalidMoney, UsdAmount, UsdPerMillionTokens,
};
pub use price_book::PriceBook;
/// The exact decimal number that every price, rate and amount can be read as.
pub use rust_decimal::Decimal;
pub use sku::{Sku, UnknownSku, VideoInput};
pub use tariff::{InvalidTariff, Tariff};
pub use tokens::{InvalidTokens, TokenCount};
pub use video_seconds::{InvalidVideoSeconds, VideoSeconds};
