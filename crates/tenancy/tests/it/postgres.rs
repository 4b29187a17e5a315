//! The tests that look into PostgreSQL, or break it.

mod append_only;
mod lost_commits;
mod migrations;
mod numbering;
mod opening;
mod outages;
mod plans;
mod promotion;
mod proxy;
mod row_security;
mod serving;
mod tls;
