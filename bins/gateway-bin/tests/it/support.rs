//! A world to test in: the simulator, a gateway in front of it, and tenants with HTTP clients.

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use ark_sim::{Pace, Quotas, Sim, SimNameServer, SimSettings};
use gateway::{Clock, Config, Server};
use serde_json::Value;
use tempfile::TempDir;
use tenancy::{NewTenant, Store, Tenant, TenantName, Token, UnixMillis};

use crate::canary;

/// The path of the task surface.
pub(crate) const TASKS: &str = "/volcark/api/v3/contents/generations/tasks";
/// A request that every check lets through.
pub(crate) const GOOD: &str = r#"{"model":"doubao-seedance-2-0","content":[{"type":"text","text":"a boat canaryprompt"}],
    "duration":4,"ratio":"16:9","resolution":"720p"}"#;
/// A quota that no test reaches.
const GENEROUS: &str = "list_per_second = 1000, get_per_second = 1000";

/// Everything that a test runs in.
pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) names: SimNameServer,
    pub(crate) server: Server,
    pub(crate) clock: Clock,
    pub(crate) store: Store,
    afterwards: canary::Afterwards,
    folder: TempDir,
}

impl World {
    /// A world whose simulator never says 429.
    pub(crate) async fn start() -> Self {
        Self::with(SimSettings { quotas: Quotas::OFF, ..SimSettings::default() }, "").await
    }

    /// A world with its own simulator settings, and more lines of configuration.
    pub(crate) async fn with(settings: SimSettings, more: &str) -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), settings, more).await
    }

    /// A world whose gateway keeps to these quotas; the simulator has none.
    pub(crate) async fn with_quota(list_per_second: u32, get_per_second: u32) -> Self {
        let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..Default::default() };
        let quota =
            format!("list_per_second = {list_per_second}, get_per_second = {get_per_second}");
        let configure = |text: String| text.replace(GENEROUS, &quota);
        Self::configured(tempfile::tempdir().unwrap(), settings, configure).await
    }

    /// A world on this database server, with the true quotas, and the configuration for another
    /// gateway beside it.
    pub(crate) async fn on(url: &str, settings: SimSettings) -> (Self, Config) {
        let folder = tempfile::tempdir().unwrap();
        let file = file_url(&folder);
        let elsewhere = |text: String| {
            let quota = "list_per_second = 1, get_per_second = 20";
            text.replace(&file, url).replace(GENEROUS, quota)
        };
        let (sim, names, text) = stage(&folder, settings).await;
        let read = || {
            let text = elsewhere(text.clone());
            Config::parse(&text, std::iter::empty()).unwrap_or_else(|problems| panic!("{problems}"))
        };
        let world = Self::serving(sim, names, folder, url, read()).await;
        (world, read())
    }

    /// A world whose database is in this folder.
    pub(crate) async fn in_folder(folder: TempDir, settings: SimSettings, more: &str) -> Self {
        Self::configured(folder, settings, |text| text + more).await
    }

    async fn configured(
        folder: TempDir,
        settings: SimSettings,
        configure: impl FnOnce(String) -> String,
    ) -> Self {
        let file = file_url(&folder);
        let (sim, names, text) = stage(&folder, settings).await;
        let text = configure(text);
        let config = Config::parse(&text, std::iter::empty()).unwrap_or_else(|p| panic!("{p}"));
        Self::serving(sim, names, folder, &file, config).await
    }

    async fn serving(
        sim: Sim,
        names: SimNameServer,
        folder: TempDir,
        url: &str,
        config: Config,
    ) -> Self {
        let clock = Clock::manual(UnixMillis(sim.clock().now_ms()));
        let server = Server::start(config, clock.clone()).await.unwrap();
        let store = Store::open(url).await.unwrap();
        let (admin, place) = (server.admin_address(), folder.path().to_owned());
        let afterwards = canary::Afterwards { admin, folder: place };
        Self { sim, names, server, clock, store, afterwards, folder }
    }

    /// A new tenant with a token.
    pub(crate) async fn tenant(&self, name: &str) -> TenantClient {
        self.tenant_with(name, true).await
    }

    /// A new tenant that may or may not use tasks.
    pub(crate) async fn tenant_with(&self, name: &str, tasks_enabled: bool) -> TenantClient {
        let new = NewTenant {
            name: TenantName::parse(name).unwrap(),
            upstream: "default".to_owned(),
            tasks_enabled,
            assets_enabled: true,
        };
        let tenant = self.store.create_tenant(new, self.clock.now()).await.unwrap().unwrap();
        let token = Token::generate().unwrap();
        self.store.issue_token(tenant.id, &token, None, None, self.clock.now()).await.unwrap();
        let url = format!("http://{}", self.server.address());
        let clock = self.clock.clone();
        TenantClient { http: http_client(), url, token: token.expose().to_owned(), tenant, clock }
    }

    /// What an operator's Prometheus reads.
    pub(crate) async fn metrics(&self) -> String {
        let url = format!("http://{}/metrics", self.server.admin_address());
        send(http_client().get(url)).await.text
    }

    /// The value of one sample, as it is written: name and labels.
    pub(crate) async fn metric(&self, sample: &str) -> Option<f64> {
        let page = self.metrics().await;
        let line = page.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
        line.map(|value| value.parse().unwrap())
    }

    /// Stops everything in order and gives the folder with the database back.
    pub(crate) async fn stop(self) -> TempDir {
        drop(self.afterwards);
        self.store.close().await.unwrap();
        self.server.stop().await.unwrap();
        self.sim.shutdown().await;
        self.folder
    }

    /// Leaves everything as a crash does, and gives the folder with the database. What still runs
    /// ends with its runtime.
    pub(crate) fn drop_server(self) -> TempDir {
        self.folder
    }
}

/// The simulator, its name server, and the configuration of a gateway with a file in this folder.
async fn stage(folder: &TempDir, settings: SimSettings) -> (Sim, SimNameServer, String) {
    canary::listen();
    let sim = Sim::start(canary::account(settings)).await.unwrap();
    canary::echo(&sim);
    let names = SimNameServer::start().await.unwrap();
    let servers = format!("callback.nameservers = [\"{}\"]\n", names.addr());
    let text = configuration(&sim, &file_url(folder)) + &servers;
    (sim, names, text)
}

fn file_url(folder: &TempDir) -> String {
    format!("sqlite:{}", folder.path().join("gateway.db").display())
}

fn configuration(sim: &Sim, store: &str) -> String {
    format!(
        r#"
server.listen = "127.0.0.1:0"
server.admin_listen = "127.0.0.1:0"
server.drain_timeout = "5s"
store.url = '{store}'
pricing.cny_per_usd = "7.10"
watch.interval = "20ms"
watch.max_staleness = "1ms"
{account}upstreams.default.quota = {{ {GENEROUS} }}
"#,
        account = canary::lines(sim),
    )
}

/// A tenant as it sees the gateway.
pub(crate) struct TenantClient {
    pub(crate) http: reqwest::Client,
    pub(crate) url: String,
    pub(crate) token: String,
    pub(crate) tenant: Tenant,
    pub(crate) clock: Clock,
}

impl TenantClient {
    /// The same tenant in front of another gateway on its database.
    pub(crate) fn at(self, world: &World) -> Self {
        let url = format!("http://{}", world.server.address());
        Self { http: http_client(), url, clock: world.clock.clone(), ..self }
    }

    /// Creates a task and gives its id.
    #[track_caller]
    pub(crate) fn creates(&self, body: &str) -> impl Future<Output = String> {
        let reply = self.create(body);
        async move {
            let reply = reply.await;
            assert_eq!(reply.status, 200, "{}", reply.text);
            reply.json["id"].as_str().unwrap().to_owned()
        }
    }

    pub(crate) fn create(&self, body: &str) -> impl Future<Output = Reply> + use<> {
        send(
            self.request("POST", "")
                .header("content-type", "application/json")
                .body(body.to_owned()),
        )
    }

    pub(crate) fn get(&self, id: &str) -> impl Future<Output = Reply> + use<> {
        send(self.request("GET", &format!("/{id}")))
    }

    pub(crate) fn list(&self, query: &str) -> impl Future<Output = Reply> + use<> {
        send(self.request("GET", &format!("?{query}")))
    }

    pub(crate) fn delete(&self, id: &str) -> impl Future<Output = Reply> + use<> {
        send(self.request("DELETE", &format!("/{id}")))
    }

    /// Polls until the task has this status; a second passes between two polls.
    pub(crate) async fn sees(&self, id: &str, status: &str) -> Value {
        eventually(async || {
            self.clock.advance(Duration::from_secs(1));
            let task = self.get(id).await.json;
            (task["status"] == status).then_some(task)
        })
        .await
    }

    /// One asset action.
    pub(crate) fn act(&self, action: &str, body: &Value) -> impl Future<Output = Reply> + use<> {
        let url = format!("{}/volcark/?Action={action}&Version=2024-01-01", self.url);
        let request = self.http.post(url).bearer_auth(&self.token);
        send(request.header("content-type", "application/json").body(body.to_string()))
    }

    /// One asset action that succeeds; gives its `Result`.
    pub(crate) async fn acts(&self, action: &str, body: &Value) -> Value {
        let reply = self.act(action, body).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json["Result"].clone()
    }

    pub(crate) fn request(&self, method: &str, rest: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{TASKS}{rest}", self.url);
        self.http.request(method.parse().unwrap(), url).bearer_auth(&self.token)
    }
}

/// An answer, whole.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl Reply {
    /// Asserts status and code of a refusal on the task surface, and its whole envelope.
    #[track_caller]
    pub(crate) fn is(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", self.text);
        let error = self.json["error"].as_object().unwrap();
        let keys: Vec<&str> = error.keys().map(String::as_str).collect();
        assert_eq!(keys, ["code", "message", "param", "type"], "{}", self.text);
        assert_eq!(error["code"], code, "{}", self.text);
        assert!(self.headers.contains_key("x-request-id"));
    }

    /// Asserts status and code of a refusal on the asset surface, and its envelope.
    #[track_caller]
    pub(crate) fn is_asset_refusal(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", self.text);
        let error = &self.json["ResponseMetadata"]["Error"];
        assert_eq!(error["Code"], code, "{}", self.text);
        assert!(!error["Message"].as_str().unwrap().is_empty());
        assert_eq!(self.json["Result"], Value::Null);
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

pub(crate) async fn send(request: reqwest::RequestBuilder) -> Reply {
    let reply = request.send().await.unwrap();
    let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
    let text = reply.text().await.unwrap();
    canary::answered(format!("{headers:?}\n{text}").as_bytes());
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    Reply { status, headers, text, json }
}

pub(crate) fn http_client() -> reqwest::Client {
    rustls::crypto::ring::default_provider().install_default().ok();
    let builder = reqwest::Client::builder().no_proxy().retry(reqwest::retry::never());
    builder.timeout(Duration::from_secs(20)).build().unwrap()
}

/// Asks again and again until there is an answer; fails after ten seconds.
#[track_caller]
pub(crate) fn eventually<T>(ask: impl AsyncFn() -> Option<T>) -> impl Future<Output = T> {
    let asking = async move {
        let mut ticks = tokio::time::interval(Duration::from_millis(5));
        loop {
            ticks.tick().await;
            if let Some(answer) = ask().await {
                return answer;
            }
        }
    };
    async { tokio::time::timeout(Duration::from_mins(1), asking).await.expect("it never came") }
}

/// The workspace's folder.
pub(crate) fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of the workspace as text.
pub(crate) fn workspace_file(path: &str) -> String {
    std::fs::read_to_string(workspace().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}
