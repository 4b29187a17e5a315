//! What money costs: a quote before the run, and a charge after it.
#![expect(clippy::expect_used, reason = "a bench that cannot begin says why")]

use divan::{Bencher, black_box};
use seedance_model::{ClipDuration, Model, Ratio, Resolution};
use seedance_pricing::{CnyPerUsd, PriceBook, Sku, Tariff, TokenCount, VideoInput, estimate};

fn main() {
    divan::main();
}

/// The estimate of a 4K video, its SKU, and what it would cost.
#[divan::bench]
fn quote(bencher: Bencher<'_, '_>) {
    let tariff = tariff();
    bencher.bench(|| {
        let duration = black_box(ClipDuration::Seconds(4));
        let estimate =
            estimate(black_box(Resolution::P4k), black_box(Ratio::R16x9), duration, None);
        let sku = Sku::of(black_box(Model::Standard), Resolution::P4k, VideoInput::Without);
        black_box(&tariff).charge(sku, estimate.tokens)
    });
}

/// The charge of a video whose usage the upstream has reported.
#[divan::bench]
fn charge(bencher: Bencher<'_, '_>) {
    let tariff = tariff();
    let tokens = TokenCount::new(785_700).expect("a count in range");
    let sku = Sku::of(Model::Standard, Resolution::P4k, VideoInput::Without);
    bencher.bench(|| black_box(&tariff).charge(black_box(sku), black_box(tokens)));
}

fn tariff() -> Tariff {
    Tariff::new(PriceBook::official(), CnyPerUsd::parse("7.10").expect("a rate in range"))
}
