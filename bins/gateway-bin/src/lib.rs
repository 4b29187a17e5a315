#![doc = include_str!("../README.md")]

mod app;
mod assets;
mod body;
mod callback;
mod caller;
mod clock;
mod commands;
mod config;
mod connections;
mod creates;
mod error;
mod followed;
mod log;
mod look;
mod operators;
mod output;
mod purchase;
mod quota;
mod redact;
mod request_id;
mod router;
mod server;
mod settle;
mod single_flight;
mod tariffs;
mod tasks;
mod upstream;
mod upstream_error;
mod watcher;

pub use clock::Clock;
pub use commands::run;
pub use config::{Config, Effective, KEYS, Key, Origin, Presence, Problem, Problems};
pub use config::{ServerConfig, UpstreamConfig, WatchConfig};
pub use error::{ERRORS, ErrorRow, Kind};
pub use router::ROUTES;
pub use server::Server;
