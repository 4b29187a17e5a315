//! The checked configuration: what `phanedge.toml` and the environment say, as typed values.
//!
//! Reading happens at start, and again when a reload is asked for. Every problem is collected and
//! reported together; nothing else in the gateway reads a file of settings or the environment.

mod admin_token;
mod changes;
mod keys;
mod log;
mod origin;
mod problem;
mod reader;
mod secret_file;
mod server;
mod source;
mod upstream;
mod value;

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use seedance_model::MediaPolicy;
use seedance_pricing::{PriceBook, Sku, Tariff};
use url::Url;

pub use admin_token::AdminToken;
pub use changes::{Changes, RELOADED};
pub use keys::{KEYS, Key, Presence};
pub use log::{LogConfig, LogFormat};
pub use origin::Origin;
pub use problem::{Problem, Problems};
pub use reader::Effective;
pub use server::ServerConfig;
pub use upstream::UpstreamConfig;
pub(crate) use value::{duration, store_url};

use reader::Reader;
use source::Source;

/// Everything that a gateway needs to know before it starts.
#[derive(Clone)]
pub struct Config {
    /// `[server]`: where the gateway listens, and its limits.
    pub server: ServerConfig,
    /// `store.url`: where the ownership store lives.
    pub store_url: String,
    /// `[pricing]`: the price book and the exchange rate for tasks that are created from now on.
    pub tariff: Tariff,
    /// `callback.nameservers`: who is asked about host names; empty means the system's.
    pub nameservers: Vec<SocketAddr>,
    /// `media.references`: which media a request may point to.
    pub media: MediaPolicy,
    /// `[watch]`: how tasks are followed.
    pub watch: WatchConfig,
    /// `[log]`: what is logged, and how it looks.
    pub log: LogConfig,
    /// `traces.otlp_endpoint`: the collector that traces are sent to.
    pub collector: Option<Url>,
    /// `[upstreams.*]`: the Ark accounts, by name, in the order of their names.
    pub upstreams: Vec<UpstreamConfig>,
    /// Every value in force, for `phanedge check`; secrets are masked.
    pub effective: Vec<Effective>,
}

/// The values in force; a secret is masked wherever it stands, as in the URL of the store.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.effective.iter().map(|value| (&value.path, &value.value));
        f.debug_map().entries(shown).finish()
    }
}

/// `[watch]`.
#[derive(Clone, Copy, Debug)]
pub struct WatchConfig {
    /// The shortest time between two looks at one task.
    pub interval: Duration,
    /// How old a stored state may be and still answer a tenant's GET.
    pub max_staleness: Duration,
}

impl Config {
    /// Reads the file at `path` and the environment variables that start with `PHANEDGE__`.
    pub fn load(
        path: &Path,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Problems> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Problems::one(path.display().to_string(), format!("cannot be read: {error}"))
        })?;
        Self::parse(&text, environment)
    }

    /// What differs in `next`.
    pub fn changes_to(&self, next: &Self) -> Changes {
        Changes::between(&self.effective, &next.effective)
    }

    /// Checks a configuration text together with environment variables.
    pub fn parse(
        text: &str,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Problems> {
        let mut reader = Reader::new(Source::read(text, environment)?);
        let config = read(&mut reader);
        let (effective, problems) = reader.finish();
        match config {
            Some(config) if problems.is_empty() => Ok(Self { effective, ..config }),
            _ => Err(problems),
        }
    }
}

/// Reads every section before it gives up, so that all problems are found at once.
fn read(reader: &mut Reader) -> Option<Config> {
    let server = server::read(reader);
    let store_url = reader.take("store.url", store_url);
    let tariff = read_tariff(reader);
    let nameservers = reader.take_list("callback.nameservers", value::socket_address);
    let media = reader.take("media.references", value::media_policy);
    let watch = read_watch(reader);
    let log = log::read(reader);
    let collector = reader.take("traces.otlp_endpoint", value::collector_url);
    let upstreams = upstream::read(reader);
    Some(Config {
        server: server?,
        store_url: store_url?,
        tariff: tariff?,
        nameservers: nameservers?,
        media: media?,
        watch: watch?,
        log: log?,
        collector,
        upstreams: upstreams?,
        effective: Vec::new(),
    })
}

fn read_tariff(reader: &mut Reader) -> Option<Tariff> {
    let cny_per_usd = reader.take("pricing.cny_per_usd", value::cny_per_usd);
    let mut book = PriceBook::official();
    for sku in Sku::ALL {
        let key = format!("pricing.cny_per_million_tokens.{}", sku.name());
        if let Some(price) = reader.take(&key, value::cny_per_million_tokens) {
            book = book.with_price(sku, price);
        }
    }
    Some(Tariff::new(book, cny_per_usd?))
}

fn read_watch(reader: &mut Reader) -> Option<WatchConfig> {
    let interval = reader.take("watch.interval", duration);
    let max_staleness = reader.take("watch.max_staleness", duration);
    Some(WatchConfig { interval: interval?, max_staleness: max_staleness? })
}
