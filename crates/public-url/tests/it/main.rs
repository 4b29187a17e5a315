//! The integration tests of this crate, at its public API, against name servers on real sockets.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing step should fail the test"
)]

mod addresses;
mod aliases;
mod families;
mod name_server;
mod names;
mod properties;
mod reasons;
mod spellings;
mod support;
mod transport;
mod vectors;
mod wire;
