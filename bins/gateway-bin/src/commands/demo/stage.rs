//! Builds the stage: a simulated upstream, a gateway in front of it, a tenant with a token.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use ark_sim::{Sim, SimNameServer, SimSettings};
use seedance_model::TaskId;
use tempfile::TempDir;
use tenancy::{LedgerEntry, Tenant, Token};

use crate::acts::tenants::{self, Wanted};
use crate::acts::{By, tokens};
use crate::clock::Clock;
use crate::config::Config;
use crate::server::Server;

/// Everything that the demonstration runs on; the database goes with it.
pub(super) struct Stage {
    sim: Sim,
    _names: SimNameServer,
    server: Server,
    tenant: Tenant,
    token: Token,
    base_url: String,
    _folder: TempDir,
}

impl Stage {
    pub(super) async fn set(listen: SocketAddr) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("making a folder for the database")?;
        let sim = Sim::start(SimSettings::default()).await.context("starting the simulator")?;
        // The contract's examples name hosts, which the gateway looks up.
        let names = SimNameServer::start().await.context("starting the name server")?;
        let database = folder.path().join("demo.db");
        let text = configuration(&sim, &names, listen, &database);
        let config = Config::parse(&text, std::iter::empty())?;
        let server = Server::start(config, Clock::system()).await?;
        let by = || By { actor: "demo".into(), now: Clock::system().now() };
        let wanted = Wanted { name: "demo", upstream: "default", tasks: true, assets: true };
        let tenant = tenants::create(&server.store(), &["default"], wanted, by()).await?;
        let label = Some("demo".to_owned());
        let (token, _) = tokens::issue(&server.store(), &tenant, label, None, by()).await?;
        let base_url = format!("http://{}", server.address());
        Ok(Self { sim, _names: names, server, tenant, token, base_url, _folder: folder })
    }

    pub(super) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(super) fn token(&self) -> &str {
        self.token.expose()
    }

    /// How long the simulator works on an asset.
    pub(super) fn asset_processing() -> Duration {
        SimSettings::default().asset_processing
    }

    /// What the task cost, from the ledger.
    pub(super) async fn charge(&self, id: &TaskId) -> anyhow::Result<LedgerEntry> {
        let entry = self.server.store().scope(&self.tenant).ledger_entry(id).await?;
        entry.with_context(|| format!("task `{id}` is not in the ledger"))
    }

    pub(super) async fn strike(self) -> anyhow::Result<()> {
        self.server.stop().await?;
        self.sim.shutdown().await;
        Ok(())
    }
}

/// A configuration as an operator would write it, with the simulator as the upstream.
fn configuration(sim: &Sim, names: &SimNameServer, listen: SocketAddr, database: &Path) -> String {
    let account = SimSettings::default();
    format!(
        r#"
[server]
listen = "{listen}"
admin_listen = "127.0.0.1:0"
drain_timeout = "2s"
[store]
url = 'sqlite:{database}'
[pricing]
cny_per_usd = "7.10"
[callback]
nameservers = ["{names}"]
[upstreams.default]
task_base_url = "{tasks}"
asset_base_url = "{assets}"
api_key = "{key}"
access_key_id = "{access_key_id}"
secret_access_key = "{secret_access_key}"
"#,
        database = database.display(),
        names = names.addr(),
        tasks = sim.task_base_url(),
        assets = sim.asset_base_url(),
        key = account.api_key,
        access_key_id = account.access_key_id,
        secret_access_key = account.secret_access_key,
    )
}
