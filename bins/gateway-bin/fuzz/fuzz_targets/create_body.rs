#![no_main]
//! Any body of a create is refused, or says the same when it is read again.

#[path = "../invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::of("create_body")(bytes));
