#![no_main]
//! Any query of a list is refused, or says the same when it is written again.

#[path = "../invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::of("query_string")(bytes));
