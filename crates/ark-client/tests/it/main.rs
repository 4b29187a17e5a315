//! The integration tests of this crate, at its public API.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing step should fail the test"
)]

mod assets;
mod faults;
mod limits;
mod not_sent;
mod origin;
mod refusals;
mod secrets;
mod support;
mod verbs;
