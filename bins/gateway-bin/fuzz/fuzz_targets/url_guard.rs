#![no_main]
//! Any text is refused, or is a public URL in its canonical form.

#[path = "../invariants.rs"]
mod invariants;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| invariants::of("url_guard")(bytes));
