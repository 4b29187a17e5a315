//! `phanedge ledger`: what was charged, for finance. Works beside a running server.

mod correct;
mod cost;
mod export;
mod period;
mod row;
mod verify;

use tenancy::Store;

use super::arguments::{ConfigPath, LedgerCommand};
use super::load;
use crate::config::Config;
pub(super) use cost::{only_shown, print_charge};
use period::Period;
pub use row::LEDGER_COLUMNS;

pub(super) async fn run(config: ConfigPath, command: LedgerCommand) -> anyhow::Result<()> {
    let config = load(&config.path)?;
    match command {
        LedgerCommand::Export { tenant, from, to, format } => {
            let period = Period::parse(from.as_deref(), to.as_deref())?;
            let tenant = tenant.as_deref();
            on_store(&config, async |store| export::run(store, tenant, period, format).await).await
        }
        LedgerCommand::Verify => on_store(&config, verify::run).await,
        LedgerCommand::Correct(asked) => {
            on_store(&config, async |store| correct::run(store, &asked).await).await
        }
    }
}

/// Opens the store for some work, and closes it whatever comes of that.
async fn on_store(
    config: &Config,
    work: impl AsyncFnOnce(&Store) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let store = Store::open(&config.store_url).await?;
    let done = work(&store).await;
    store.close().await?;
    done
}
