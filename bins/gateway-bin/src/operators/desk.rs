//! What an operator's request may use.

use crate::app::App;
use crate::config::AdminToken;
use crate::verification::Verified;

/// The parts of a running gateway, and what only operators meet.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    pub(crate) app: App,
    pub(crate) credential: Option<AdminToken>,
    pub(crate) verified: Verified,
}
