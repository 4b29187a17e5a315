//! The integration tests of this crate, at its public API and on real files.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing step should fail the test"
)]
#![expect(clippy::print_stdout, reason = "a test says what it did, and what it could not do")]

mod adoption;
mod append_only;
mod assets;
mod audit_log;
mod binding;
mod cancels;
mod checkpoints;
mod child;
mod contention;
mod corrections;
mod damage;
mod disk;
mod durability;
mod failing_disk;
mod full_disk;
mod intents;
mod interrupted_migrations;
mod isolation;
mod ledger;
mod library_adoption;
mod library_binding;
mod library_intents;
mod limits;
mod limits_kept;
mod limits_model;
mod listing;
mod listing_model;
mod locking;
mod migrations;
mod opening;
mod quarantine;
mod settlement;
mod settling_interrupted;
mod statements;
mod status_walks;
mod support;
mod tariffs;
mod tenants;
mod token_format;
mod tokens;
mod watching;
