//! The gateway over real HTTP, in front of the simulated upstream.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing step should fail the test"
)]

mod admin;
mod assets;
mod cluster;
mod configuration;
mod creating;
mod deleting;
mod docs;
mod edge;
mod errors;
mod isolation;
mod layering;
mod ledger;
mod library_orphans;
mod limits;
mod listing;
mod openapi;
mod polling;
mod process;
mod reconciling;
mod reconciling_groups;
mod references;
mod refusals;
mod repeating;
mod replicas;
mod secrets;
mod storage_faults;
mod stories;
mod support;
mod tidy;
mod upstream_faults;
mod watching;
