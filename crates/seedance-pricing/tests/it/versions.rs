//! Versions of price books and tariffs: the same for the same content, and only then.

use std::collections::BTreeSet;

use seedance_pricing::{PriceBook, Sku, Tariff};

use crate::support::{exchange_rate, official_at, price};

#[test]
fn a_version_is_a_kind_and_twelve_hexadecimal_digits() {
    let tariff = official_at("7.10");
    for (version, kind) in [(tariff.prices().version(), "book-"), (tariff.version(), "tariff-")] {
        let digits = version.strip_prefix(kind).unwrap();
        assert_eq!(digits.len(), 12, "{version}");
        assert!(digits.bytes().all(|digit| b"0123456789abcdef".contains(&digit)), "{version}");
    }
}

#[test]
fn every_single_price_changes_both_versions() {
    let mut books = BTreeSet::from([PriceBook::official().version()]);
    let mut tariffs = BTreeSet::from([official_at("7.1").version()]);
    for sku in Sku::ALL {
        let book = PriceBook::official().with_price(sku, price("99"));
        books.insert(book.version());
        tariffs.insert(Tariff::new(book, exchange_rate("7.1")).version());
    }
    assert_eq!((books.len(), tariffs.len()), (13, 13));
}

#[test]
fn the_exchange_rate_changes_the_tariff_and_not_the_book() {
    let (one, other) = (official_at("7.1"), official_at("7.100001"));
    assert_ne!(one.version(), other.version());
    assert_eq!(one.prices().version(), other.prices().version());
}

#[test]
fn a_version_follows_from_values_and_not_from_how_they_came_about() {
    let mut book = PriceBook::official().with_price(Sku::MiniVideo, price("1"));
    assert_ne!(book, PriceBook::official());
    book = book.with_price(Sku::MiniVideo, price("14.000000"));
    assert_eq!(book, PriceBook::official());
    assert_eq!(book.version(), PriceBook::official().version());
    assert_eq!(official_at("7.10").version(), official_at("7.1").version());
}

#[test]
fn another_price_changes_that_sku_alone() {
    for changed in Sku::ALL {
        let book = PriceBook::official().with_price(changed, price("0.123456"));
        for sku in Sku::ALL {
            let expected =
                if sku == changed { price("0.123456") } else { PriceBook::official().price(sku) };
            assert_eq!(book.price(sku), expected);
        }
    }
}
