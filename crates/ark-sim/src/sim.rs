//! The handle of a running simulator.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use serde_json::Value;

use crate::assets::{SimAsset, SimGroup};
use crate::calls::Call;
use crate::clock::SimClock;
use crate::faults::Faults;
use crate::route::Verb;
use crate::settings::SimSettings;
use crate::tasks::SimTask;

/// A running simulator. Dropping it closes the socket and every connection.
#[derive(Debug)]
pub struct Sim {
    addr: SocketAddr,
    settings: SimSettings,
    faults: Faults,
}

/// The simulator has no task or asset with this id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotThere(String);

impl fmt::Display for NotThere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the simulator has no task or asset `{}`", self.0)
    }
}

impl std::error::Error for NotThere {}

impl Sim {
    /// Binds the socket and serves on the current tokio runtime until shutdown or drop.
    pub async fn start(settings: SimSettings) -> io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(settings.listen).await?;
        Ok(Self {
            addr: listener.local_addr()?,
            settings,
            faults: Faults::default(),
        })
    }

    /// The address that was bound.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The base URL of the task API, such as `http://127.0.0.1:4000/api/v3`.
    pub fn task_base_url(&self) -> String {
        format!("http://{}/api/v3", self.addr)
    }

    /// The base URL of the asset API, such as `http://127.0.0.1:4000`.
    pub fn asset_base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Closes the socket and every connection, and waits until they are gone.
    #[expect(clippy::unused_async, reason = "filled next")]
    pub async fn shutdown(self) {}

    /// The clock of the account.
    pub fn clock(&self) -> &SimClock {
        &self.settings.clock
    }

    /// The plan of faults.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Puts these texts into every header, message, `model` and unknown field of every answer.
    pub fn set_canaries(&self, _canaries: &[&str]) {}

    /// The calls that are remembered, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        Vec::new()
    }

    /// How many calls of `verb` arrived since the last [`Sim::clear_calls`].
    pub fn count(&self, _verb: Verb) -> usize {
        0
    }

    /// How many calls of `verb` were refused because a quota was used up.
    pub fn throttled(&self, _verb: Verb) -> u64 {
        0
    }

    /// Forgets the calls and their counts.
    pub fn clear_calls(&self) {}

    /// Waits until `count` calls of `verb` arrived since the last [`Sim::clear_calls`]. What a
    /// call committed is in place by then.
    #[expect(clippy::unused_async, reason = "filled next")]
    pub async fn wait_for_calls(&self, _verb: Verb, _count: usize) {}

    /// Every task that was ever bought, in the order of creation, also those that are gone.
    pub fn tasks(&self) -> Vec<SimTask> {
        Vec::new()
    }

    /// One task, also when its record is gone.
    pub fn task(&self, _id: &str) -> Option<SimTask> {
        None
    }

    /// Takes the task off the clock: it has this status, known or not, until it is set again.
    pub fn set_status(&self, id: &str, _status: &str) -> Result<(), NotThere> {
        Err(NotThere(id.to_owned()))
    }

    /// Every GET and LIST from now on sees the next of these statuses; the last one stays.
    pub fn walk(&self, id: &str, _statuses: &[&str]) -> Result<(), NotThere> {
        Err(NotThere(id.to_owned()))
    }

    /// The task has succeeded now.
    pub fn succeed(&self, id: &str) -> Result<(), NotThere> {
        Err(NotThere(id.to_owned()))
    }

    /// The task has failed now, with this error.
    pub fn fail(&self, id: &str, _code: &str, _message: &str) -> Result<(), NotThere> {
        Err(NotThere(id.to_owned()))
    }

    /// What the task reports as usage once it succeeded. An object stands for the whole field,
    /// `null` for no field at all, and anything else for the value of both counters.
    pub fn set_usage(&self, id: &str, _usage: Value) -> Result<(), NotThere> {
        Err(NotThere(id.to_owned()))
    }

    /// The task reports `value` in this top-level field from now on, whatever its state.
    pub fn set_field(&self, id: &str, _name: &str, _value: Value) -> Result<(), NotThere> {
        Err(NotThere(id.to_owned()))
    }

    /// The task does not report this top-level field any more.
    pub fn remove_field(&self, id: &str, _name: &str) -> Result<(), NotThere> {
        Err(NotThere(id.to_owned()))
    }

    /// The record vanishes: GET, LIST and DELETE know it no more.
    pub fn forget(&self, id: &str) -> Result<(), NotThere> {
        Err(NotThere(id.to_owned()))
    }

    /// Every asset of the account, in the order of creation.
    pub fn assets(&self) -> Vec<SimAsset> {
        Vec::new()
    }

    /// Every asset group of the account, in the order of creation.
    pub fn groups(&self) -> Vec<SimGroup> {
        Vec::new()
    }

    /// The asset is `Active` now.
    pub fn activate_asset(&self, id: &str) -> Result<(), NotThere> {
        Err(NotThere(id.to_owned()))
    }

    /// The asset is `Failed` now, for this reason.
    pub fn fail_asset(&self, id: &str, _code: &str, _message: &str) -> Result<(), NotThere> {
        Err(NotThere(id.to_owned()))
    }
}
