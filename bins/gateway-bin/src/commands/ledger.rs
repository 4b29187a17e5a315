//! `phanedge ledger`: what was charged, for finance. Works beside a running server.

mod export;
mod period;
mod row;
mod verify;

use tenancy::Store;

use super::arguments::{ConfigPath, LedgerCommand};
use super::load;
use period::Period;
pub use row::LEDGER_COLUMNS;

pub(super) async fn run(config: ConfigPath, command: LedgerCommand) -> anyhow::Result<()> {
    let config = load(&config.path)?;
    match command {
        LedgerCommand::Export { tenant, from, to, format } => {
            let period = Period::parse(from.as_deref(), to.as_deref())?;
            let store = Store::open(&config.store_url).await?;
            let done = export::run(&store, tenant.as_deref(), period, format).await;
            store.close().await?;
            done
        }
        LedgerCommand::Verify => {
            let store = Store::open(&config.store_url).await?;
            let done = verify::run(&store).await;
            store.close().await?;
            done
        }
    }
}
