//! The integration tests of this crate, at its public API.
