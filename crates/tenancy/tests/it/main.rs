//! The integration tests of this crate, at its public API, on real files and real servers.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing step should fail the test"
)]
#![expect(clippy::print_stdout, reason = "a test says what it did, and what it could not do")]

mod append_only;
mod checkpoints;
mod child;
#[cfg(feature = "postgres")]
mod cluster;
mod contention;
mod copying;
mod damage;
mod disk;
mod durability;
mod failing_disk;
mod full_disk;
mod interrupted_migrations;
mod limits_kept;
mod locking;
mod migrations;
#[cfg(feature = "postgres")]
#[expect(clippy::duplicate_mod, reason = "the shared tests run once on each backend")]
mod on_postgres;
mod on_sqlite;
mod opening;
#[cfg(feature = "postgres")]
mod postgres;
mod settling_interrupted;
mod source;
mod statements;
mod support;
mod token_format;
