//! A world to break: the simulated upstream, a store on disk, and its tenants.

use std::path::PathBuf;
use std::time::Duration;

use crate::canary;
use anyhow::{Context as _, anyhow};
use ark_sim::{Call, Quotas, Sim, SimSettings};
use gateway::{Clock, Config, Server};
use tempfile::TempDir;
use tenancy::{NewTenant, Store, Tenant, TenantName, Token, UnixMillis};

/// The name of the one upstream account.
pub(crate) const UPSTREAM: &str = "default";
/// How long the gateway waits for the answer to a create.
pub(crate) const CREATE_TIMEOUT: Duration = Duration::from_secs(1);

/// What the second gateway calls the machine of the account.
const SECOND_HOST: &str = "127.0.0.1:";

/// Everything that outlives the gateway.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) customers: Vec<Customer>,
    /// More lines of the gateway's configuration.
    pub(crate) more: String,
    folder: TempDir,
    /// The database on a server; without one, the store is a file.
    server: Option<String>,
    quotas: Quotas,
    /// How often the watcher looks.
    look_interval: &'static str,
    /// How old an answer to a tenant may be.
    max_staleness: &'static str,
}

/// A tenant and its token.
#[derive(Clone, Debug)]
pub(crate) struct Customer {
    pub(crate) tenant: Tenant,
    pub(crate) token: String,
}

impl World {
    /// A new account, a new store in a file, and this many tenants in it.
    pub(crate) async fn build(settings: SimSettings, tenants: usize) -> anyhow::Result<Self> {
        Self::on(None, settings, tenants).await
    }

    /// The same with the store in this database on a server.
    pub(crate) async fn on(
        server: Option<String>,
        settings: SimSettings,
        tenants: usize,
    ) -> anyhow::Result<Self> {
        let mut world = Self {
            quotas: settings.quotas,
            sim: Sim::start(canary::account(settings)).await?,
            customers: Vec::new(),
            more: String::new(),
            folder: tempfile::tempdir()?,
            server,
            look_interval: "20ms",
            max_staleness: "1ms",
        };
        canary::echo(&world.sim);
        let store = world.store().await?;
        for number in 0..tenants {
            let customer = admit(&store, &format!("tenant-{number}")).await?;
            world.customers.push(customer);
        }
        store.close().await?;
        Ok(world)
    }

    /// The same with a watcher that looks once at the start, and leaves the store alone then.
    pub(crate) fn looking_seldom(self) -> Self {
        Self { look_interval: "1h", ..self }
    }

    /// The same with the times of a gateway that nobody configured.
    pub(crate) fn looking_as_usual(self) -> Self {
        Self { look_interval: "1s", max_staleness: "2s", ..self }
    }

    /// The database file.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("gateway.db")
    }

    /// The configuration file of a gateway, by its place among those on this store.
    pub(crate) fn config_file(&self, place: usize) -> PathBuf {
        self.folder.path().join(format!("phanedge-{place}.toml"))
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// A handle of our own on the store. Close it before a kill: it would keep SQLite's shared
    /// memory alive, and a restart would have less to recover.
    pub(crate) async fn store(&self) -> anyhow::Result<Store> {
        Ok(Store::open(&self.store_url()).await?)
    }

    /// A gateway in this process.
    pub(crate) async fn server(&self) -> anyhow::Result<Server> {
        self.server_at(Clock::system()).await
    }

    /// A gateway in this process, with a clock of its own.
    pub(crate) async fn server_at(&self, clock: Clock) -> anyhow::Result<Server> {
        let config = Config::parse(&self.configuration(0), std::iter::empty());
        let config = config.map_err(|problems| anyhow!("{problems}"))?;
        Server::start(config, clock).await
    }

    /// The URL of the store.
    pub(crate) fn store_url(&self) -> String {
        let file = || format!("sqlite:{}", self.database().display());
        self.server.clone().unwrap_or_else(file)
    }

    /// The lines that name the account. The second gateway spells its host in another way, so that
    /// its calls are told from those of the first: see [`is_of_second`].
    fn account_lines(&self, place: usize) -> String {
        let lines = canary::lines(&self.sim);
        if place == 1 { lines.replace(canary::HOST, SECOND_HOST) } else { lines }
    }

    /// The gateway's configuration: quotas as the account has them, and little patience.
    pub(crate) fn configuration(&self, place: usize) -> String {
        format!(
            "server.listen = '127.0.0.1:0'\nserver.admin_listen = '127.0.0.1:0'\n\
             server.drain_timeout = '5s'\nstore.url = '{store}'\npricing.cny_per_usd = '7.10'\n\
             watch.interval = '{look}'\nwatch.max_staleness = '{stale}'\n\
             {account}\
             upstreams.{UPSTREAM}.create_timeout = '{create}ms'\n\
             upstreams.{UPSTREAM}.request_timeout = '2s'\n\
             upstreams.{UPSTREAM}.quota.list_per_second = {list}\n\
             upstreams.{UPSTREAM}.quota.get_per_second = {get}\n{more}",
            more = self.more,
            store = self.store_url(),
            look = self.look_interval,
            stale = self.max_staleness,
            account = self.account_lines(place),
            create = CREATE_TIMEOUT.as_millis(),
            list = self.quotas.list_per_second.unwrap_or(1000),
            get = self.quotas.get_per_second.unwrap_or(1000),
        )
    }
}

/// Whether the second of two gateways made this call.
pub(crate) fn is_of_second(call: &Call) -> bool {
    call.header("host").is_some_and(|host| host.starts_with(SECOND_HOST))
}

/// The machine's time.
pub(crate) fn now() -> UnixMillis {
    Clock::system().now()
}

async fn admit(store: &Store, name: &str) -> anyhow::Result<Customer> {
    let new = NewTenant {
        name: TenantName::parse(name)?,
        upstream: UPSTREAM.to_owned(),
        tasks_enabled: true,
        assets_enabled: true,
    };
    let tenant = store.create_tenant(new, now()).await?.context("the name is taken")?;
    let token = Token::generate()?;
    store.issue_token(tenant.id, &token, None, None, now()).await?;
    Ok(Customer { tenant, token: token.expose().to_owned() })
}
