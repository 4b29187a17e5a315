//! A plain reverse proxy that swaps in the account's key: nginx, or a small one of our own where
//! there is no nginx.

mod ours;

use crate::account::{API_KEY, Account};
use crate::door::Door;
use crate::gateway::TASKS;
use crate::nginx::{self, Nginx};

/// A proxy in front of the account.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) door: Door,
    nginx: Option<Nginx>,
}

impl Proxy {
    /// Starts nginx, or says that there is none and starts our own.
    pub(crate) async fn start(account: &Account, tenants: usize) -> anyhow::Result<Self> {
        let (address, nginx) = if nginx::is_installed() {
            let forwarding = |listen| nginx::forwarding(listen, account.sim.addr(), API_KEY);
            let nginx = Nginx::start(nginx::program(), forwarding)?;
            (nginx.address, Some(nginx))
        } else {
            println!("nginx is not installed: a small proxy of our own stands in for it");
            (ours::start(account).await?, None)
        };
        let keys = (0..tenants).map(|tenant| format!("tenant-{tenant}")).collect();
        Ok(Self { door: Door { address, path: TASKS, keys }, nginx })
    }

    /// The number of the process, if it is one of its own.
    pub(crate) fn process(&self) -> Option<u32> {
        self.nginx.as_ref().map(Nginx::process)
    }

    pub(crate) fn name(&self) -> &'static str {
        if self.nginx.is_some() { "nginx" } else { "own proxy" }
    }
}
