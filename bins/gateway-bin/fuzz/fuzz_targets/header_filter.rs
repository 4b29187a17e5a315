#![no_main]
//! Heads from parts that proxies disagree about have one reading or none.

#[path = "../invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::of("header_filter")(bytes));
