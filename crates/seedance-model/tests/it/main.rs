//! The integration tests of this crate, at its public API.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failing step should fail the test"
)]

mod asset_fixtures;
mod asset_properties;
mod assets;
mod bodies;
mod catalog;
mod content_grid;
mod frame_sizes;
mod hostile_json;
mod json_values;
mod lookalikes;
mod parameter_grid;
mod properties;
mod queries;
mod replies;
mod request_fixtures;
mod support;
mod usage;
