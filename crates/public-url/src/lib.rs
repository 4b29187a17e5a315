#![doc = include_str!("../README.md")]

mod address;
mod error;
mod guard;
mod refusal;
mod text;

pub use address::{Block, is_public, refused_block};
pub use error::Error;
pub use guard::{Guard, NameServers, PublicUrl, check_addresses};
pub use refusal::{Reason, Refusal};
pub use text::{Host, Schemes, TextUrl, check_text};
