//! What an operator's request may use.

use crate::app::{App, Current};
use crate::verification::Verified;

/// The parts of a running gateway, and what only operators meet.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    pub(crate) current: Current,
    pub(crate) verified: Verified,
}

impl Desk {
    /// The parts as they are now: a reload may have changed some.
    pub(crate) fn app(&self) -> App {
        self.current.app()
    }
}
