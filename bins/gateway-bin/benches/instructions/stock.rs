//! What every run starts from: an account, and a store with a finished and a live task.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::Context as _;
use tempfile::TempDir;

use crate::account::Account;
use crate::door::{Bought, Door};
use crate::gateway::{self, Gateway, Premises, pause};
use crate::wire::{Wire, place_of};

/// Time between two looks at a task that is about to end.
const PAUSE: Duration = Duration::from_millis(100);

/// The stock.
#[derive(Debug)]
pub(crate) struct Stock {
    _account: Account,
    premises: Premises,
    door: Door,
    finished: Bought,
    live: Bought,
    /// The store as each run finds it.
    store: PathBuf,
    _folder: TempDir,
}

impl Stock {
    /// Buys two tasks through a gateway, and waits until it has seen the end of one.
    pub(crate) async fn lay_in() -> anyhow::Result<Self> {
        let account = Account::open(0).await?;
        let premises = Premises::build(account.sim.task_base_url(), 1).await?;
        let gateway = Gateway::start(&premises, gateway::program())?;
        let mut bought = gateway.door.buy(2).await?;
        let (live, finished) = bought.pop().zip(bought.pop()).context("two tasks")?;
        account.sim.set_status(&finished.id, "running")?;
        account.sim.succeed(&finished.id)?;
        let mut wire = Wire::connect(gateway.door.address).await?;
        let is_seen = |body: &[u8]| place_of(body, br#""status":"succeeded""#).is_some();
        while !is_seen(wire.call(&gateway.door.get(&finished)).await?.body) {
            pause(PAUSE);
        }
        let door = gateway.door.clone();
        gateway.stop()?;
        let folder = tempfile::tempdir()?;
        let store = folder.path().join("store.db");
        fs::copy(premises.database(), &store)?;
        Ok(Self { _account: account, premises, door, finished, live, store, _folder: folder })
    }

    /// A gateway on the stock as it was laid in, run by this command.
    pub(crate) fn open(&self, command: Command) -> anyhow::Result<Gateway> {
        fs::copy(&self.store, self.premises.database())?;
        Gateway::start(&self.premises, command)
    }

    pub(crate) fn create(&self) -> Vec<u8> {
        self.door.create(0)
    }

    pub(crate) fn get_finished(&self) -> Vec<u8> {
        self.door.get(&self.finished)
    }

    pub(crate) fn get_live(&self) -> Vec<u8> {
        self.door.get(&self.live)
    }
}
