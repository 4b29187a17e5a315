//! The gateway over real HTTP, in front of the simulated upstream.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing step should fail the test"
)]

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
mod logging;
mod polling;
mod process;
mod reconciling;
mod reconciling_groups;
mod references;
mod refusals;
mod reloading;
mod repeating;
mod replicas;
mod secrets;
mod served;
mod storage_faults;
mod stories;
mod support;
mod tidy;
mod traces;
mod upstream_faults;
mod watching;
