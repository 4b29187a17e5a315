//! A plain reverse proxy that swaps in the account's key: nginx, or a small one of our own where
//! there is no nginx.

mod ours;

use std::net::SocketAddr;

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
            let nginx =
                Nginx::start(nginx::program(), |listen| server(listen, account.sim.addr()))?;
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

/// Keep-alive on both sides, and the account's key in place of the tenant's.
fn server(listen: SocketAddr, upstream: SocketAddr) -> String {
    format!(
        "upstream ark {{ server {upstream}; keepalive 256; keepalive_requests 1000000000; }}\n\
         server {{ listen {listen};\n\
         location /volcark/ {{ proxy_pass http://ark/; proxy_http_version 1.1;\n\
         proxy_set_header Connection ''; proxy_set_header Authorization 'Bearer {API_KEY}'; }} }}\n"
    )
}
