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
mod canary;
mod cluster;
mod configuration;
mod creating;
mod deleting;
mod docs;
mod edge;
mod errors;
mod fuzzed;
mod giving_back;
mod held_up;
mod isolation;
mod isolation_model;
mod isolation_table;
mod layering;
mod leads;
mod ledger;
mod library_orphans;
mod limits;
mod listing;
mod logging;
mod openapi;
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
mod store;
mod stories;
mod support;
mod tidy;
mod traces;
mod upstream_faults;
mod verdicts;
mod watching;
