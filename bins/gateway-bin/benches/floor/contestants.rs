//! Who is measured: the gateway, and proxies that only forward and swap in the account's key.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use tempfile::TempDir;

use crate::account::{API_KEY, Account};
use crate::door::Door;
use crate::figures::Column;
use crate::gateway::{self, Gateway, Premises, TASKS, pause};
use crate::nginx::{self, Nginx};
use crate::usage;

/// The core of the contestants, who take turns.
pub(crate) const OWN_CORE: usize = 0;
/// The core of the load and of the upstream.
pub(crate) const LOAD_CORE: usize = 1;
/// All load is the first tenant's, but for the flood: no tenant has all seats alone.
pub(crate) const TENANTS: usize = 8;
/// How long haproxy may take to listen.
const PATIENCE: Duration = Duration::from_secs(5);
/// Time between two tries to reach it.
const PAUSE: Duration = Duration::from_millis(20);

/// All of them, running.
#[derive(Debug)]
pub(crate) struct Contestants {
    pub(crate) gateway: Gateway,
    nginx: Nginx,
    haproxy: Option<Haproxy>,
    premises: Premises,
}

/// One of them.
#[derive(Clone, Debug)]
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    pub(crate) process: u32,
    pub(crate) door: Door,
}

impl Contestants {
    pub(crate) async fn start(account: &Account) -> anyhow::Result<Self> {
        let premises = Premises::build(account.task_base_url(), TENANTS).await?;
        let gateway = Gateway::start(&premises, on_core(OWN_CORE, &gateway::program()))?;
        let upstream = account.address();
        let nginx = Nginx::start(on_core(OWN_CORE, &nginx::program()), |listen| {
            nginx::forwarding(listen, upstream, API_KEY)
        })?;
        let haproxy = Haproxy::start(upstream)?;
        if haproxy.is_none() {
            println!("haproxy is not installed: it is left out");
        }
        Ok(Self { gateway, nginx, haproxy, premises })
    }

    /// nginx first: it is what the others are compared with.
    pub(crate) fn all(&self) -> Vec<Contestant> {
        let door = |address| Door { address, ..self.gateway.door.clone() };
        let mut all = vec![
            Contestant {
                name: "nginx",
                process: self.nginx.process(),
                door: door(self.nginx.address),
            },
            self.gateway(),
        ];
        all.extend(self.haproxy.as_ref().map(|haproxy| Contestant {
            name: "haproxy",
            process: haproxy.child.id(),
            door: door(haproxy.address),
        }));
        all
    }

    pub(crate) fn gateway(&self) -> Contestant {
        let (process, door) = (self.gateway.process(), self.gateway.door.clone());
        Contestant { name: "gateway", process, door }
    }

    /// What the gateway takes before anybody asks anything of it.
    pub(crate) fn at_rest(&self) -> anyhow::Result<Column> {
        let mut column = self.memory()?;
        let program = fs::metadata(env!("CARGO_BIN_EXE_phanedge"))?.len();
        column.add("program, MB", program / 1_000_000);
        Ok(column)
    }

    /// Stops the gateway in order.
    pub(crate) fn stop(self) -> anyhow::Result<()> {
        self.gateway.stop()
    }

    pub(crate) fn memory(&self) -> anyhow::Result<Column> {
        let mut column = Column::new("gateway");
        let (now, most) = usage::memory_mib(self.gateway.process())?;
        column.add("memory, MiB", now);
        column.add("memory at most, MiB", most);
        column.add("store, MiB", fs::metadata(self.premises.database())?.len() >> 20);
        Ok(column)
    }
}

/// The command with a core of its own.
pub(crate) fn on_core(core: usize, program: &Command) -> Command {
    let mut command = Command::new("taskset");
    command.arg("-c").arg(core.to_string()).arg(program.get_program());
    command
}

/// A haproxy that listens. Dropping it kills it.
#[derive(Debug)]
struct Haproxy {
    child: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl Haproxy {
    /// `None`: it is not installed.
    fn start(upstream: SocketAddr) -> anyhow::Result<Option<Self>> {
        let program = ["haproxy", "/usr/sbin/haproxy"].into_iter().find(|program| runs(program));
        let Some(program) = program else { return Ok(None) };
        let folder = tempfile::tempdir()?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let config = folder.path().join("haproxy.cfg");
        fs::write(&config, configuration(address, upstream))?;
        let child = on_core(OWN_CORE, &Command::new(program))
            .args(["-db".as_ref(), "-f".as_ref(), config.as_os_str()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let haproxy = Self { child, address, _folder: folder };
        for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
            if TcpStream::connect(address).is_ok() {
                return Ok(Some(haproxy));
            }
            pause(PAUSE);
        }
        bail!("haproxy does not listen")
    }
}

impl Drop for Haproxy {
    fn drop(&mut self) {
        // It is gone already, if it could not start.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn runs(program: &str) -> bool {
    Command::new(program).arg("-v").stdout(Stdio::null()).status().is_ok_and(|s| s.success())
}

/// One thread, keep-alive on both sides, no log of requests.
fn configuration(listen: SocketAddr, upstream: SocketAddr) -> String {
    format!(
        "global\n  nbthread 1\n  maxconn 4096\n\
         defaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n\
         frontend tenants\n  bind {listen}\n  default_backend ark\n\
         backend ark\n  http-reuse always\n  http-request replace-path /volcark(.*) \\1\n\
         \x20 http-request set-header Authorization 'Bearer {API_KEY}'\n  server ark {upstream}\n"
    )
}

impl Contestant {
    /// The URL of the task surface.
    pub(crate) fn tasks_url(&self) -> String {
        format!("http://{}{TASKS}", self.door.address)
    }

    /// The tenant's token.
    pub(crate) fn token(&self) -> anyhow::Result<&str> {
        self.door.keys.first().map(String::as_str).context("no tenant")
    }
}
