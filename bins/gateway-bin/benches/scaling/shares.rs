//! Who uses the processors: the gateways, the database, the account and the load.

use std::fs;
use std::path::Path;

use crate::usage::{cpu_millis, cpu_millis_in};

/// The processes that are told apart; the account is a thread of this one, and so is the load.
#[derive(Debug)]
pub(crate) struct Parties {
    gateways: Vec<u32>,
    postmaster: Option<u32>,
}

/// Milliseconds of processor time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shares {
    gateways: u64,
    database: u64,
    account: u64,
    load: u64,
}

impl Parties {
    pub(crate) fn of(gateways: Vec<u32>, postmaster: Option<u32>) -> Self {
        Self { gateways, postmaster }
    }

    /// What was used since each of them began.
    pub(crate) fn used(&self) -> anyhow::Result<Shares> {
        let gateways = self.gateways.iter().map(|process| cpu_millis(*process));
        let database = self.postmaster.map(of_server).transpose()?;
        let account = of_account()?;
        Ok(Shares {
            gateways: gateways.sum::<anyhow::Result<u64>>()?,
            database: database.unwrap_or_default(),
            account,
            load: cpu_millis_in(Path::new("/proc/self"))?.saturating_sub(account),
        })
    }
}

impl Shares {
    pub(crate) fn since(self, before: &Self) -> Self {
        Self {
            gateways: self.gateways.saturating_sub(before.gateways),
            database: self.database.saturating_sub(before.database),
            account: self.account.saturating_sub(before.account),
            load: self.load.saturating_sub(before.load),
        }
    }

    pub(crate) fn parts(self) -> [(&'static str, u64); 4] {
        let Self { gateways, database, account, load } = self;
        [("gateways", gateways), ("PostgreSQL", database), ("account", account), ("load", load)]
    }
}

/// A server with all its children.
fn of_server(postmaster: u32) -> anyhow::Result<u64> {
    let mut sum = cpu_millis(postmaster)?;
    for entry in fs::read_dir("/proc")? {
        let folder = entry?.path();
        // Some end meanwhile.
        let stat = fs::read_to_string(folder.join("stat")).unwrap_or_default();
        let parent = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1));
        if parent.and_then(|parent| parent.parse().ok()) == Some(postmaster) {
            sum += cpu_millis_in(&folder).unwrap_or_default();
        }
    }
    Ok(sum)
}

/// The thread of the account in this process.
fn of_account() -> anyhow::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir("/proc/self/task")? {
        let folder = entry?.path();
        if fs::read_to_string(folder.join("comm")).unwrap_or_default().trim() == "account" {
            sum += cpu_millis_in(&folder).unwrap_or_default();
        }
    }
    Ok(sum)
}
