#![no_main]
//! Any text is a configuration or a list of problems, and shows no secret.

#[path = "../invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::of("config")(bytes));
