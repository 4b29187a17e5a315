//! `phanedge demo`: gateway, simulated upstream and a tenant in one process, and the documented
//! workflow played through over HTTP.
//!
//! Everything but the upstream is the real thing: the same server, store and tenants' surface that
//! `phanedge serve` runs, with a SQLite file in a temporary folder.

mod bill;
mod example;
mod patience;
mod play;
mod screen;
mod stage;
mod tenant_client;

use super::arguments::DemoOptions;
use super::serve::Signals;
use crate::config::{LogConfig, LogFormat};
use crate::log;
use screen::say;
use stage::Stage;

pub(super) async fn run(options: DemoOptions) -> anyhow::Result<()> {
    // The audience reads standard output; the log is for whoever asks for it.
    if let Some(filter) = super::log_filter() {
        log::start(&LogConfig { format: LogFormat::Json, filter }, None);
    }
    let stage = Stage::set(options.listen).await?;
    say("PhanEdge demo: a gateway, a simulated upstream and one tenant.")?;
    say(&format!("  export BASE_URL={}", stage.base_url()))?;
    say(&format!("  export TOKEN={}", stage.token()))?;
    let played = play::workflow(&stage).await;
    if played.is_ok() && !options.once {
        say(&example::curl_lines(stage.base_url(), stage.token()))?;
        say("\nServing until Ctrl-C.")?;
        Signals::listen()?.next().await;
    }
    stage.strike().await?;
    played
}
