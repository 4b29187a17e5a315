//! The one list of configuration keys: read by the reader, printed by `phanedge check`, and held
//! against `docs/CONFIGURATION.md` by a test.

/// One key, with `*` for a name that the operator chooses or the contract lists.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The path, such as `upstreams.*.api_key`.
    pub path: &'static str,
    /// Whether it must be given, and what holds if it is not.
    pub presence: Presence,
    /// Whether the value is masked wherever it is shown, and may come from `KEY_file`.
    pub secret: bool,
    /// What it means, with its unit.
    pub meaning: &'static str,
}

/// Whether a key must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Starting without it is refused.
    Required,
    /// This value holds where it is absent.
    Default(&'static str),
    /// Nothing holds where it is absent.
    Optional,
}

const fn key(path: &'static str, presence: Presence, meaning: &'static str) -> Key {
    Key { path, presence, secret: false, meaning }
}

const fn secret(path: &'static str, presence: Presence, meaning: &'static str) -> Key {
    Key { path, presence, secret: true, meaning }
}

use Presence::{Default, Optional, Required};

/// Every key that the configuration knows.
pub const KEYS: &[Key] = &[
    key("server.listen", Default("127.0.0.1:8080"), "address and port for tenants"),
    key("server.admin_listen", Default("127.0.0.1:9090"), "address and port for operators"),
    secret(
        "server.admin_token",
        Optional,
        "credential of operators; needed where `server.admin_listen` is not on loopback",
    ),
    key("server.body_limit", Default("1MiB"), "largest request body"),
    key("server.body_timeout", Default("30s"), "longest time that a request body may take"),
    key("server.idle_timeout", Default("60s"), "longest silence between two requests"),
    key("server.max_connections", Default("4096"), "most connections of tenants at a time"),
    key(
        "server.max_connections_per_source",
        Default("1024"),
        "most of them from one address, or one IPv6 /64",
    ),
    key("server.max_requests", Default("256"), "most requests at a time, of either kind"),
    key("server.drain_delay", Default("5s"), "how long a stop by signal goes on accepting"),
    key("server.drain_timeout", Default("28s"), "longest wait for work under way at a stop"),
    secret(
        "store.url",
        Default("sqlite:phanedge.db"),
        "where the ownership store lives: `sqlite:FILE` or `postgres://…`",
    ),
    key("pricing.cny_per_usd", Required, "RMB that one US dollar costs, for new tasks"),
    key("pricing.cny_per_million_tokens.*", Optional, "price of one SKU, RMB per million tokens"),
    key("callback.nameservers", Default(""), "name servers `IP:PORT`; empty: the system's"),
    key("media.references", Default("asset-only"), "`asset-only` or `any-public-url`"),
    key("watch.interval", Default("1s"), "shortest time between two looks at one task"),
    key("watch.max_staleness", Default("2s"), "oldest stored state that answers a GET"),
    key("log.format", Default("json"), "`json` or `text`"),
    key("log.filter", Default("info"), "what is logged, such as `info` or `gateway=debug,warn`"),
    key(
        "traces.otlp_endpoint",
        Optional,
        "collector of traces, such as `http://127.0.0.1:4318/v1/traces`",
    ),
    key(
        "upstreams.*.task_base_url",
        Default("https://ark.cn-beijing.volces.com/api/v3"),
        "base URL of the task API",
    ),
    key(
        "upstreams.*.asset_base_url",
        Default("https://ark.cn-beijing.volcengineapi.com"),
        "base URL of the Asset API",
    ),
    key("upstreams.*.region", Default("cn-beijing"), "region that asset calls are signed for"),
    key("upstreams.*.project", Default("default"), "project that owns the account's assets"),
    secret("upstreams.*.api_key", Required, "API key of the task API"),
    secret("upstreams.*.access_key_id", Optional, "access key of the Asset API"),
    secret("upstreams.*.secret_access_key", Optional, "secret key of the Asset API"),
    key("upstreams.*.connect_timeout", Default("3s"), "longest wait for a connection"),
    key("upstreams.*.create_timeout", Default("60s"), "longest wait for a create"),
    key("upstreams.*.request_timeout", Default("30s"), "longest wait for any other call"),
    key("upstreams.*.quota.list_per_second", Default("1"), "LIST calls a second, whole account"),
    key("upstreams.*.quota.get_per_second", Default("20"), "GET calls a second, whole account"),
    key("upstreams.*.models.*", Optional, "upstream's name of one model, or an endpoint `ep-…`"),
];

impl Key {
    /// Whether `path` is this key, where `*` stands for one name.
    pub fn matches(&self, path: &str) -> bool {
        is_instance(self.path, path)
    }

    /// The key that `path` is an instance of.
    pub(super) fn of(path: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.matches(path))
    }
}

/// The keys that stand where `path` does, as a message lists them.
pub(super) fn known_beside(path: &str) -> String {
    let parent = path.rsplit_once('.').map_or("", |(parent, _)| parent);
    let beside = KEYS.iter().filter_map(|key| {
        let (section, name) = key.path.rsplit_once('.')?;
        is_instance(section, parent).then_some(name)
    });
    let names: Vec<&str> = beside.collect();
    if names.is_empty() {
        let mut sections: Vec<&str> =
            KEYS.iter().filter_map(|key| key.path.split('.').next()).collect();
        sections.dedup();
        return format!("the sections are `{}`", sections.join("`, `"));
    }
    format!("`{parent}` has `{}`", names.join("`, `"))
}

/// Whether `path` is `pattern`, where `*` stands for one name.
pub(super) fn is_instance(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut actual) = (pattern.split('.'), path.split('.'));
    loop {
        match (pattern.next(), actual.next()) {
            (None, None) => return true,
            (Some(want), Some(got)) if want == "*" || want == got => {}
            _ => return false,
        }
    }
}
