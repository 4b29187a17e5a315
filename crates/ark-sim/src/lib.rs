#![doc = include_str!("../README.md")]

mod assets;
mod calls;
mod canaries;
mod clock;
mod dice;
mod exchange;
mod faults;
mod http;
mod ids;
mod media;
mod name_server;
mod presign;
mod quotas;
mod refusal;
mod route;
mod rules;
mod settings;
mod signature;
mod sim;
mod stamp;
mod tasks;
mod world;

pub use assets::{SimAsset, SimGroup};
pub use calls::Call;
pub use clock::SimClock;
pub use faults::{Damage, ErrorBody, Fault, Faults, Gate, ListOddity, PlannedFault};
pub use name_server::SimNameServer;
pub use route::Verb;
pub use settings::{Endpoint, Pace, Quotas, SimSettings};
pub use sim::{NotThere, Sim};
pub use tasks::SimTask;
