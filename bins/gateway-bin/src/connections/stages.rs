//! How far a stop has come.

use tokio_util::sync::CancellationToken;

/// What connections are told, in this order. Each includes those before it.
#[derive(Clone, Debug, Default)]
pub(super) struct Stages {
    /// Every answer is the last one of its connection.
    pub(super) leaving: CancellationToken,
    /// No more connections, and after a last look no more requests on those that rest.
    pub(super) stop: CancellationToken,
    /// The end, whatever is under way.
    pub(super) cut: CancellationToken,
}
