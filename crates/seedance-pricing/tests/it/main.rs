//! The integration tests of this crate, at its public API.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failing step should fail the test")]

mod charges;
mod documents;
mod estimates;
mod front_page;
mod money_text;
mod oracle;
mod skus;
mod support;
mod versions;
