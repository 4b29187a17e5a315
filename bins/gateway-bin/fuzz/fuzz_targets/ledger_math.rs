#![no_main]
//! Any tokens, price and exchange rate give the nearest charge.

#[path = "../invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::of("ledger_math")(bytes));
