//! `phanedge serve`: runs the gateway until a signal asks it to stop, and a second one to hurry.
//! SIGHUP has it read its configuration again.

mod reloads;
mod signals;

use tokio_util::sync::CancellationToken;

use super::Told;
use super::arguments::ConfigPath;
use crate::clock::Clock;
use crate::server::Server;
use crate::{log, panics};
use reloads::Reloads;
pub(super) use signals::Signals;

pub(super) async fn run(config: ConfigPath) -> anyhow::Result<()> {
    // A SIGHUP that comes before it serves must not end it.
    let reloads = Reloads::listen(&config)?;
    let config = super::load(&config.path)?;
    log::start(&config.log, config.collector.as_ref());
    panics::report_to_log();
    let started = Server::start(config, Clock::system()).await;
    let ended = match started {
        Ok(server) => serve(server, reloads).await.map_err(|error| {
            // Nobody may read standard error by now, so the log has to tell it, which never waits.
            tracing::error!(cause = %format!("{error:#}"), "failed");
            Told(error).into()
        }),
        Err(error) => Err(error),
    };
    log::flush();
    ended
}

async fn serve(mut server: Server, mut reloads: Reloads) -> anyhow::Result<()> {
    // Before anybody is told that it serves, and may stop it.
    let mut signals = Signals::listen()?;
    let version = env!("CARGO_PKG_VERSION");
    tracing::info!(
        version,
        listen = %server.address(),
        admin_listen = %server.admin_address(),
        "serving"
    );
    tokio::select! {
        () = signals.next() => {}
        () = reloads.carry_out(&mut server) => {}
    }
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
