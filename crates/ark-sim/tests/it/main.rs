//! The integration tests of this crate: a raw client, the simulator, and real sockets in between.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a failing step should fail the test"
)]

mod assets;
mod callbacks;
mod calls;
mod canaries;
mod create;
mod delete;
mod fault_bytes;
mod fault_connections;
mod fault_plan;
mod life;
mod list;
mod media;
mod name_server;
mod quotas;
mod signature;
mod support;
