//! The real `phanedge serve` in a process of its own, on a real store in a temporary folder.

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use gateway::Clock;
use serde_json::Value;
use tempfile::{Builder, TempDir};
use tenancy::{NewTenant, Store, TenantName, Token};

use crate::account::API_KEY;
use crate::door::Door;

/// The name of the one account.
pub(crate) const UPSTREAM: &str = "default";
/// The gateway's path of the task surface.
pub(crate) const TASKS: &str = "/volcark/api/v3/contents/generations/tasks";
/// What is logged: the default, and the line that says that the ledger was verified.
const LOG_FILTER: &str = "info,gateway::verification=debug";
/// Time between two looks at the log.
const PAUSE: Duration = Duration::from_millis(20);

/// What the gateway needs on disk: configuration, store, log.
#[derive(Debug)]
pub(crate) struct Premises {
    folder: TempDir,
    /// The store on a server; without one, it is a file.
    server: Option<String>,
    task_base_url: String,
    /// One for each tenant.
    tokens: Vec<String>,
}

impl Premises {
    /// A new store in a file with this many tenants, a token each.
    pub(crate) async fn build(task_base_url: String, tenants: usize) -> anyhow::Result<Self> {
        Self::on(None, task_base_url, tenants).await
    }

    /// The same with the store in this database on a server.
    pub(crate) async fn on(
        server: Option<String>,
        task_base_url: String,
        tenants: usize,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut premises = Self { folder, server, task_base_url, tokens: Vec::new() };
        let store = Store::open(&premises.store_url()).await?;
        for number in 0..tenants {
            premises.tokens.push(admit(&store, &format!("tenant-{number}")).await?);
        }
        store.close().await?;
        Ok(premises)
    }

    /// The database file.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("gateway.db")
    }

    pub(crate) fn store_url(&self) -> String {
        let file = || format!("sqlite:{}", self.database().display());
        self.server.clone().unwrap_or_else(file)
    }

    /// A file of its own for each gateway on these premises.
    fn new_file(&self, ending: &str) -> anyhow::Result<PathBuf> {
        let file = Builder::new().prefix("phanedge-").suffix(ending).tempfile_in(&self.folder)?;
        Ok(file.keep()?.1)
    }

    /// Defaults wherever there are any: quotas, intervals and staleness are as an operator has them.
    fn configuration(&self) -> String {
        format!(
            "server.listen = '127.0.0.1:0'\nserver.admin_listen = '127.0.0.1:0'\n\
             store.url = '{}'\npricing.cny_per_usd = '7.10'\n\
             upstreams.{UPSTREAM}.task_base_url = '{}'\nupstreams.{UPSTREAM}.api_key = '{API_KEY}'\n",
            self.store_url(),
            self.task_base_url,
        )
    }
}

/// The command that runs it.
pub(crate) fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_phanedge"))
}

/// A gateway that serves. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Gateway {
    child: Child,
    /// The file with its log.
    pub(crate) log: PathBuf,
    pub(crate) door: Door,
}

impl Gateway {
    /// Starts the process and waits until it serves. Its log goes to a file, as with an operator.
    pub(crate) fn start(premises: &Premises, mut command: Command) -> anyhow::Result<Self> {
        let (config, log) = (premises.new_file(".toml")?, premises.new_file(".log")?);
        std::fs::write(&config, premises.configuration())?;
        let child = command
            .args(["serve".as_ref(), "--config".as_ref(), config.as_os_str()])
            .env("PHANEDGE_LOG", LOG_FILTER)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .spawn()?;
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let door = Door { address, path: TASKS, keys: premises.tokens.clone() };
        let mut gateway = Self { child, log, door };
        let serving = gateway.logged("serving", 1)?;
        let listen = serving.pointer("/fields/listen").and_then(Value::as_str);
        gateway.door.address = listen.context("no address in the log")?.parse()?;
        Ok(gateway)
    }

    /// The number of the process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Waits until a line with this message is in the log for the `nth` time, and gives it.
    pub(crate) fn logged(&mut self, message: &str, nth: usize) -> anyhow::Result<Value> {
        loop {
            let ended = self.child.try_wait()?;
            let log = std::fs::read_to_string(&self.log)?;
            let events = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            let is_meant =
                |event: &Value| event.pointer("/fields/message") == Some(&message.into());
            if let Some(event) = events.filter(is_meant).nth(nth - 1) {
                return Ok(event);
            }
            if let Some(status) = ended {
                bail!("the gateway ended with {status}: {log}");
            }
            pause(PAUSE);
        }
    }

    /// SIGTERM, and waits until the process is gone.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        let asked = Command::new("kill").arg(self.process().to_string()).status()?;
        if !asked.success() {
            bail!("the gateway could not be asked to stop");
        }
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It is gone already, if all went well.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

async fn admit(store: &Store, name: &str) -> anyhow::Result<String> {
    let now = Clock::system().now();
    let new = NewTenant {
        name: TenantName::parse(name)?,
        upstream: UPSTREAM.to_owned(),
        tasks_enabled: true,
        assets_enabled: true,
    };
    let tenant = store.create_tenant(new, now).await?.context("the name is taken")?;
    let token = Token::generate()?;
    store.issue_token(tenant.id, &token, None, None, now).await?;
    Ok(token.expose().to_owned())
}

/// Lets time pass.
#[expect(clippy::disallowed_methods, reason = "a bench measures over time")]
pub(crate) fn pause(time: Duration) {
    std::thread::sleep(time);
}
