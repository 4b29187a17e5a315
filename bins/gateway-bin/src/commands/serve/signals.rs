//! The signals that stop a server.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGTERM and SIGINT.
pub(in crate::commands) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From now on both are waited for, and end the process no more.
    pub(in crate::commands) fn listen() -> std::io::Result<Self> {
        let terminate = signal(SignalKind::terminate())?;
        Ok(Self { terminate, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for the next of either.
    pub(in crate::commands) async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
