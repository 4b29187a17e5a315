//! SIGHUP: the configuration is read again, and taken over if it is good. Signals that come while
//! one is carried out are answered by one more.
//!
//! A stop may come in the middle: what is not in force then never is.

use std::path::PathBuf;

use anyhow::Context as _;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::spawn_blocking;

use crate::commands::arguments::ConfigPath;
use crate::config::Changes;
use crate::log::{self, SECURITY};
use crate::metrics::Reloaded;
use crate::server::Server;

/// The signal, and the file that it is about.
pub(super) struct Reloads {
    hang_up: Signal,
    path: PathBuf,
}

impl Reloads {
    /// From now on SIGHUP does not end the process, whenever it comes.
    pub(super) fn listen(config: &ConfigPath) -> std::io::Result<Self> {
        Ok(Self { hang_up: signal(SignalKind::hangup())?, path: config.path.clone() })
    }

    /// Answers each signal, for as long as this is awaited.
    pub(super) async fn carry_out(&mut self, server: &mut Server) {
        while self.hang_up.recv().await.is_some() {
            let outcome = match self.reload(server).await {
                Ok(changes) if changes.is_empty() => {
                    tracing::info!(target: SECURITY, "the configuration has not changed");
                    Reloaded::Unchanged
                }
                Ok(changes) => {
                    let keys = changes.reloaded.join(", ");
                    tracing::info!(target: SECURITY, keys, "the configuration is reloaded");
                    Reloaded::Applied
                }
                Err(error) => {
                    let cause = format!("{error:#}");
                    tracing::error!(target: SECURITY, cause, "the configuration is not reloaded");
                    Reloaded::Refused
                }
            };
            server.app().metrics.reloaded(outcome);
        }
        // No signal can come any more; only a stop ends the server.
        std::future::pending::<()>().await;
    }

    async fn reload(&self, server: &mut Server) -> anyhow::Result<Changes> {
        let path = self.path.clone();
        let read = spawn_blocking(move || super::super::load(&path)).await;
        let config = read.context("reading the configuration")??;
        let filter = config.log.filter.clone();
        let changes = server.reload(config).await?;
        if changes.touch("log.filter") {
            log::set_filter(&filter);
        }
        Ok(changes)
    }
}
