//! `phanedge serve`: runs the gateway until a signal asks it to stop.

use tokio::signal::unix::{SignalKind, signal};

use super::arguments::ConfigPath;
use crate::clock::Clock;
use crate::log;
use crate::server::Server;

pub(super) async fn run(config: ConfigPath) -> anyhow::Result<()> {
    let config = super::load(&config.path)?;
    log::start(&super::log_filter().unwrap_or_else(|| "info".to_owned()));
    let server = Server::start(config, Clock::system()).await?;
    let version = env!("CARGO_PKG_VERSION");
    tracing::info!(
        version,
        listen = %server.address(),
        admin_listen = %server.admin_address(),
        "serving"
    );
    asked_to_stop().await?;
    tracing::info!("stopping");
    server.stop().await?;
    tracing::info!("stopped");
    Ok(())
}

/// Waits for SIGTERM or SIGINT.
pub(super) async fn asked_to_stop() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
