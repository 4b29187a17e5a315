//! The README's figures against the code: finance reads the one and is billed by the other.

use seedance_pricing::{
    CnyPerMillionTokens, CnyPerUsd, PriceBook, Sku, TokenCount, UsdPerMillionTokens, VideoSeconds,
};

const README: &str = include_str!("../../README.md");

/// The cells of the table rows whose first cell is code.
fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    README
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
}

#[test]
fn the_price_table_is_the_official_price_book() {
    let listed: Vec<(String, String)> = rows()
        .filter(|row| row.concat().contains("doubao-seedance"))
        .map(|row| (row.first().unwrap().replace('`', ""), (*row.last().unwrap()).to_owned()))
        .collect();
    let book = PriceBook::official();
    let official = Sku::ALL.map(|sku| (sku.to_string(), book.price(sku).to_string()));
    assert_eq!(listed, official);
}

#[test]
fn the_table_of_bounds_is_what_the_types_accept() {
    let bounds = [
        ("`TokenCount`", TokenCount::MIN.to_string(), TokenCount::MAX.to_string()),
        (
            "`CnyPerMillionTokens`",
            CnyPerMillionTokens::MIN.to_string(),
            CnyPerMillionTokens::MAX.to_string(),
        ),
        ("`CnyPerUsd`", CnyPerUsd::MIN.to_string(), CnyPerUsd::MAX.to_string()),
        (
            "`UsdPerMillionTokens`",
            UsdPerMillionTokens::MIN.to_string(),
            UsdPerMillionTokens::MAX.to_string(),
        ),
        ("`VideoSeconds`", VideoSeconds::MIN.to_string(), VideoSeconds::MAX.to_string()),
    ];
    for (name, min, max) in bounds {
        let row = rows().find(|row| row.first() == Some(&name)).unwrap();
        let listed: Vec<String> = row.iter().map(|cell| cell.replace(',', "")).collect();
        assert!(listed.contains(&min) && listed.contains(&max), "{name}: {listed:?}");
    }
}
