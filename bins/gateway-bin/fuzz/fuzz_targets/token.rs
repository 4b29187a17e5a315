#![no_main]
//! Any text is no token, or one that a single changed symbol breaks.

#[path = "../invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::of("token")(bytes));
