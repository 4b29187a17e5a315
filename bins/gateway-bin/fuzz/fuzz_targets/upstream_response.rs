#![no_main]
//! Any answer of the upstream is read without a panic and without the platform's words.

#[path = "../invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::of("upstream_response")(bytes));
