#![doc = include_str!("../README.md")]

mod assets;
mod client;
mod complaint;
mod error;
mod secret;
mod settings;
mod sign;
mod tasks;
mod transport;

pub use assets::AssetReply;
pub use client::ArkClient;
pub use error::{Error, Outcome};
pub use secret::Secret;
pub use settings::{AssetSettings, Settings};
pub use tasks::{CreatedTask, ListQuery};
