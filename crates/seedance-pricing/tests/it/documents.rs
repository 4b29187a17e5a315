//! The stored form of a tariff: stable, readable, and closed to changes.

use std::error::Error;

use proptest::prelude::{Strategy, prop, proptest};
use seedance_pricing::{CnyPerMillionTokens, CnyPerUsd, PriceBook, Sku, Tariff};

use crate::support::official_at;

/// Written once and kept: stored tariffs of every past version have to stay readable.
const OFFICIAL_AT_7_10: &str = "\
format = seedance-tariff-1
cny_per_usd = 7.1
doubao-seedance-2-0-480p-novideo = 46
doubao-seedance-2-0-480p-video = 28
doubao-seedance-2-0-720p-novideo = 46
doubao-seedance-2-0-720p-video = 28
doubao-seedance-2-0-1080p-novideo = 51
doubao-seedance-2-0-1080p-video = 31
doubao-seedance-2-0-4k-novideo = 26
doubao-seedance-2-0-4k-video = 16
doubao-seedance-2-0-fast-novideo = 37
doubao-seedance-2-0-fast-video = 22
doubao-seedance-2-0-mini-novideo = 23
doubao-seedance-2-0-mini-video = 14
version = tariff-f13519dbaa0f
";

#[test]
fn the_official_document_never_changes() {
    let tariff = official_at("7.10");
    assert_eq!(tariff.to_document(), OFFICIAL_AT_7_10);
    assert_eq!(tariff.version(), "tariff-f13519dbaa0f");
    assert_eq!(tariff.prices().version(), "book-ce3b43906d60");
    assert_eq!(Tariff::from_document(OFFICIAL_AT_7_10), Ok(tariff));
}

#[test]
fn a_changed_figure_is_refused_because_the_version_no_longer_fits() {
    let edits = [
        ("cny_per_usd = 7.1\n", "cny_per_usd = 7.2\n"),
        ("fast-video = 22\n", "fast-video = 2\n"),
        ("version = tariff-", "version = tariff-0"),
    ];
    for (from, to) in edits {
        let message = refusal(&edited(from, to));
        assert!(message.starts_with("tariff document says version `tariff-"), "{message}");
        assert!(message.contains("`; its content needs `tariff-"), "{message}");
    }
}

#[test]
fn another_format_is_refused_by_name() {
    assert_eq!(
        refusal(&edited("tariff-1\n", "tariff-2\n")),
        "tariff document says format `seedance-tariff-2`; its content needs `seedance-tariff-1`"
    );
}

#[test]
fn a_missing_or_moved_line_is_refused_with_its_place() {
    assert_eq!(
        refusal(&edited("doubao-seedance-2-0-fast-video = 22\n", "")),
        "tariff document has the line `doubao-seedance-2-0-mini-novideo = 23` \
         in place of `doubao-seedance-2-0-fast-video = …`"
    );
    assert_eq!(refusal(""), "tariff document has the line `` in place of `format = …`");
}

#[test]
fn an_unusable_figure_is_refused_with_its_cause() {
    let error = Tariff::from_document(&edited("fast-video = 22", "fast-video = 2e1")).unwrap_err();
    assert_eq!(error.to_string(), "tariff document has no usable doubao-seedance-2-0-fast-video");
    assert_eq!(
        error.source().unwrap().to_string(),
        "price in CNY per million tokens `2e1` is not a plain decimal number; \
         use 0.01 to 1000 with at most 6 decimals"
    );
}

#[test]
fn the_same_tariff_in_another_form_is_refused() {
    let forms = [
        edited("cny_per_usd = 7.1\n", "cny_per_usd = 7.10\n"),
        OFFICIAL_AT_7_10.replace('\n', "\r\n"),
        OFFICIAL_AT_7_10.trim_end().to_owned(),
        format!("{OFFICIAL_AT_7_10}\n"),
        format!("{OFFICIAL_AT_7_10}cny_per_usd = 8\n"),
    ];
    for form in forms {
        assert_eq!(refusal(&form), "tariff document differs from its own tariff in form or length");
    }
}

#[test]
fn no_single_character_can_be_lost_or_changed() {
    for (at, character) in OFFICIAL_AT_7_10.char_indices() {
        let (before, after) = OFFICIAL_AT_7_10.split_at(at);
        let after = after.strip_prefix(character).unwrap();
        let other = if character == '1' { '2' } else { '1' };
        refusal(&format!("{before}{after}"));
        refusal(&format!("{before}{other}{after}"));
    }
}

proptest! {
    #[test]
    fn every_tariff_reads_back_with_the_same_version(tariff in tariffs()) {
        let read = Tariff::from_document(&tariff.to_document()).unwrap();
        assert_eq!(read.version(), tariff.version());
        assert_eq!(read.prices().version(), tariff.prices().version());
        assert_eq!(read, tariff);
    }

    #[test]
    fn any_text_is_refused_without_a_panic(text in "(format = seedance-tariff-1\n)?\\PC{0,80}\n?") {
        refusal(&text);
    }
}

fn tariffs() -> impl Strategy<Value = Tariff> {
    let prices = prop::array::uniform12(10_000..=1_000_000_000_i64);
    (prices, 1_000_000..=1_000_000_000_i64).prop_map(|(prices, cny_per_usd)| {
        let book =
            Sku::ALL.into_iter().zip(prices).fold(PriceBook::official(), |book, (sku, micros)| {
                book.with_price(sku, CnyPerMillionTokens::from_micros(micros).unwrap())
            });
        Tariff::new(book, CnyPerUsd::from_micros(cny_per_usd).unwrap())
    })
}

/// The official document with one change.
#[track_caller]
fn edited(from: &str, to: &str) -> String {
    let edited = OFFICIAL_AT_7_10.replacen(from, to, 1);
    assert_ne!(edited, OFFICIAL_AT_7_10);
    edited
}

/// The message of the refusal of `document`.
#[track_caller]
fn refusal(document: &str) -> String {
    Tariff::from_document(document).unwrap_err().to_string()
}
