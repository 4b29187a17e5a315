//! `phanedge serve`: runs the gateway until a signal asks it to stop, and a second one to hurry.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::arguments::ConfigPath;
use crate::clock::Clock;
use crate::log;
use crate::server::Server;

pub(super) async fn run(config: ConfigPath) -> anyhow::Result<()> {
    let config = super::load(&config.path)?;
    log::start(&super::log_filter().unwrap_or_else(|| "info".to_owned()));
    let server = Server::start(config, Clock::system()).await?;
    // Before anybody is told that it serves, and may stop it.
    let mut signals = Signals::listen()?;
    let version = env!("CARGO_PKG_VERSION");
    tracing::info!(
        version,
        listen = %server.address(),
        admin_listen = %server.admin_address(),
        "serving"
    );
    signals.next().await;
    tracing::info!("stopping");
    let (hurry, drained) = (CancellationToken::new(), CancellationToken::new());
    let listening = async {
        drained.run_until_cancelled(signals.next()).await;
        hurry.cancel();
    };
    let draining = async {
        let outcome = server.drain(&hurry).await;
        drained.cancel();
        outcome
    };
    let (outcome, ()) = tokio::join!(draining, listening);
    outcome?;
    tracing::info!("stopped");
    Ok(())
}

/// SIGTERM and SIGINT.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From now on both are waited for, and end the process no more.
    pub(super) fn listen() -> std::io::Result<Self> {
        let terminate = signal(SignalKind::terminate())?;
        Ok(Self { terminate, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for the next of either.
    pub(super) async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
