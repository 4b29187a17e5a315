#![no_main]
//! No further address makes a refused name acceptable.

#[path = "../invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::of("dns_answer")(bytes));
