//! The text form of a tariff, made for people to read and for stores to keep for years.
//!
//! ```text
//! format = seedance-tariff-1
//! cny_per_usd = 7.1
//! doubao-seedance-2-0-480p-novideo = 46
//! …
//! version = tariff-0123456789ab
//! ```
//!
//! The version is the fingerprint of all lines above it, so neither may change without the
//! other. A changed format or rounding rule needs a new format name.

use std::fmt;

use crate::fingerprint::fingerprint;
use crate::money::{CnyPerMillionTokens, CnyPerUsd, InvalidMoney};
use crate::price_book::PriceBook;
use crate::quoted::quoted;
use crate::sku::Sku;

use super::Tariff;

const FORMAT: &str = "seedance-tariff-1";

/// Everything that the version follows from.
pub(super) fn content(tariff: &Tariff) -> String {
    let cny_per_usd = tariff.cny_per_usd;
    let price_lines = tariff.prices.price_lines();
    format!("format = {FORMAT}\ncny_per_usd = {cny_per_usd}\n{price_lines}")
}

/// The content and its version.
pub(super) fn write(tariff: &Tariff) -> String {
    with_version(&content(tariff))
}

fn with_version(content: &str) -> String {
    format!("{content}version = {}\n", fingerprint("tariff", content))
}

/// The tariff of a document that is exactly what [`write()`] makes of it.
pub(super) fn read(document: &str) -> Result<Tariff, InvalidTariff> {
    let mut lines = document.lines();
    expect_value(lines.next(), "format", FORMAT)?;
    let cny_per_usd = CnyPerUsd::parse(value_of(lines.next(), "cny_per_usd")?)
        .map_err(|error| InvalidTariff::value("cny_per_usd", error))?;
    let mut prices = PriceBook::official();
    for sku in Sku::ALL {
        let price = CnyPerMillionTokens::parse(value_of(lines.next(), sku.name())?)
            .map_err(|error| InvalidTariff::value(sku.name(), error))?;
        prices = prices.with_price(sku, price);
    }
    let tariff = Tariff::new(prices, cny_per_usd);
    expect_value(lines.next(), "version", &tariff.version())?;
    // Whatever is left: an extra line, a missing line end, `7.10` for `7.1`.
    if document != write(&tariff) {
        return Err(InvalidTariff(Fault::NotCanonical));
    }
    Ok(tariff)
}

/// The value of the line `name = value`.
fn value_of<'a>(line: Option<&'a str>, name: &'static str) -> Result<&'a str, InvalidTariff> {
    line.and_then(|line| line.strip_prefix(name)?.strip_prefix(" = ")).ok_or_else(|| {
        InvalidTariff(Fault::Line { name, found: line.unwrap_or_default().to_owned() })
    })
}

fn expect_value(
    line: Option<&str>,
    name: &'static str,
    expected: &str,
) -> Result<(), InvalidTariff> {
    let found = value_of(line, name)?;
    if found == expected {
        return Ok(());
    }
    Err(InvalidTariff(Fault::Differs {
        name,
        found: found.to_owned(),
        expected: expected.to_owned(),
    }))
}

/// The refusal of a text that is no tariff document, or no longer the one that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTariff(Fault);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Fault {
    Line { name: &'static str, found: String },
    Differs { name: &'static str, found: String, expected: String },
    Value { name: &'static str, source: InvalidMoney },
    NotCanonical,
}

impl InvalidTariff {
    fn value(name: &'static str, source: InvalidMoney) -> Self {
        Self(Fault::Value { name, source })
    }
}

impl fmt::Display for InvalidTariff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Fault::Line { name, found } => {
                let found = quoted(found);
                write!(f, "tariff document has the line {found} in place of `{name} = …`")
            }
            Fault::Differs { name, found, expected } => {
                let found = quoted(found);
                write!(f, "tariff document says {name} {found}; its content needs `{expected}`")
            }
            Fault::Value { name, .. } => write!(f, "tariff document has no usable {name}"),
            Fault::NotCanonical => {
                f.write_str("tariff document differs from its own tariff in form or length")
            }
        }
    }
}

impl std::error::Error for InvalidTariff {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Fault::Value { source, .. } => Some(source),
            Fault::Line { .. } | Fault::Differs { .. } | Fault::NotCanonical => None,
        }
    }
}
