//! `phanedge store`: the store as a whole, for whoever moves it or keeps a copy.

mod backup;
mod bar;
mod copy;
mod place;

use anyhow::bail;
use tenancy::Store;

use super::arguments::StoreCommand;
use crate::output;
use crate::verification::{self, Difference};

pub(super) async fn run(command: StoreCommand) -> anyhow::Result<()> {
    match command {
        StoreCommand::Copy(asked) => copy::run(asked).await,
        StoreCommand::Backup { config, to } => backup::run(&config, &to).await,
    }
}

/// Does as `phanedge ledger verify`, and prints the differences alone.
async fn verify(store: &Store, which: &str) -> anyhow::Result<()> {
    let mut tell = |difference: &Difference| output::line(&format!("{which}: {difference}"));
    let findings = verification::everything(store, &mut tell).await?;
    match findings.differences() {
        0 => Ok(()),
        differences => {
            bail!("the ledger of the {which} does not add up: {differences} differences")
        }
    }
}
