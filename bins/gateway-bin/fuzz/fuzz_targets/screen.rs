#![no_main]
//! Any bytes of a connection have one reading or none.

#[path = "../invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::of("screen")(bytes));
