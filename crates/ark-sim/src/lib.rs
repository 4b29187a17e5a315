#![doc = include_str!("../README.md")]
#![expect(
    dead_code,
    clippy::unused_self,
    reason = "the bodies follow the signatures"
)]

mod assets;
mod calls;
mod clock;
mod dice;
mod faults;
mod http {
    //! Comes next.
    pub(crate) fn header<'a>(_: &'a [(String, String)], _: &str) -> Option<&'a str> {
        None
    }
}
mod route;
mod settings;
mod sim;
mod tasks;

pub use assets::{SimAsset, SimGroup};
pub use calls::Call;
pub use clock::SimClock;
pub use faults::{Damage, ErrorBody, Fault, Faults, ListOddity, PlannedFault};
pub use route::Verb;
pub use settings::{Endpoint, Pace, Quotas, SimSettings};
pub use sim::{NotThere, Sim};
pub use tasks::SimTask;
