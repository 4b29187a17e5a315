#![doc = include_str!("../README.md")]

mod clip_duration;
mod error;
mod model;
mod ratio;
mod resolution;

pub use clip_duration::ClipDuration;
pub use error::{Error, ErrorKind};
pub use model::Model;
pub use ratio::Ratio;
pub use resolution::Resolution;
