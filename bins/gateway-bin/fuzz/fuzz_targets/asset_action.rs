#![no_main]
//! Any body of an action is refused, or goes upstream with our project and known keys.

#[path = "../invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::of("asset_action")(bytes));
