//! A reload: another configuration for a gateway that goes on serving.
//!
//! All or nothing. The parts of the gateway are built beside those in use and put in their place in
//! one step; a request under way ends with those that it began with. Why some keys need a restart
//! is told by `config/changes.rs`.

use std::fmt;

use crate::app::{App, Parts, Rules};
use crate::config::{Changes, Config};

/// Why a configuration was not taken over; the one before is in force.
#[derive(Debug)]
pub enum NotReloaded {
    /// These keys have changed, and need a restart.
    NeedsRestart(Vec<String>),
    /// It could not be put in force, such as a tariff that could not be stored.
    Failed(anyhow::Error),
}

impl fmt::Display for NotReloaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeedsRestart(keys) => {
                write!(f, "a change of `{}` needs a restart", keys.join("`, `"))
            }
            Self::Failed(cause) => write!(f, "{cause:#}"),
        }
    }
}

impl std::error::Error for NotReloaded {}

/// The parts by another configuration, of which only what a reload takes over has changed.
pub(crate) async fn parts(app: &App, config: &Config, changes: &Changes) -> anyhow::Result<App> {
    let mut next = Parts::clone(app);
    next.rules = Rules::of(config);
    next.admin_token.clone_from(&config.server.admin_token);
    if changes.touch("callback") {
        next.look_ups = app.look_ups.asking(config.nameservers.clone())?;
    }
    if changes.touch("upstreams") {
        let touched = |name: &str| changes.touch(&format!("upstreams.{name}"));
        let configured = config.upstreams.clone();
        next.upstreams = app.upstreams.reloaded(configured, app.rules.look_interval, touched)?;
    }
    // Last, because it is the one step that writes.
    if changes.touch("pricing") {
        next.tariffs = app.tariffs.replaced_by(config.tariff.clone(), app.clock.now()).await?;
    }
    Ok(next.into())
}
