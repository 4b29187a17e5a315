//! The integration tests of this crate, at its public API and on real files.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing step should fail the test"
)]

mod adoption;
mod append_only;
mod assets;
mod audit_log;
mod binding;
mod contention;
mod corrections;
mod durability;
mod intents;
mod isolation;
mod ledger;
mod library_binding;
mod library_intents;
mod listing;
mod listing_model;
mod locking;
mod migrations;
mod opening;
mod quarantine;
mod settlement;
mod statements;
mod status_walks;
mod support;
mod tariffs;
mod tenants;
mod token_format;
mod tokens;
mod watching;
