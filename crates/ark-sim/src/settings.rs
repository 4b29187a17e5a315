//! What a simulator is started with.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::clock::SimClock;

/// How one simulated account is set up.
///
/// `SimSettings::default()` is an account as measured: quotas on, tasks that take seconds, a free
/// port on the loopback address. Change what a test needs and keep the rest with `..`.
#[derive(Clone, Debug)]
pub struct SimSettings {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The key that task calls must carry as `Authorization: Bearer`.
    pub api_key: String,
    /// Further keys that are accepted, as while a key is being replaced.
    pub more_api_keys: Vec<String>,
    /// The key pair that asset calls must be signed with.
    pub access_key_id: String,
    /// The secret half of the pair, used as it stands.
    pub secret_access_key: String,
    /// The region that signatures must name.
    pub region: String,
    /// The project of the API key: assets of another project cannot be used for generation.
    pub project: String,
    /// Endpoints (`ep-…`) of the account. The three dated model names are always accepted.
    pub endpoints: Vec<Endpoint>,
    /// How long a task waits and runs.
    pub pace: Pace,
    /// How long an asset stays `Processing`.
    pub asset_processing: Duration,
    /// How long a new task stays invisible to GET, LIST and DELETE (eventual consistency).
    pub visible_after: Duration,
    /// What the account allows per second.
    pub quotas: Quotas,
    /// The clock of the account.
    pub clock: SimClock,
    /// How many calls are remembered, the newest last; 0 remembers none. Counts go on either way.
    pub record_calls: usize,
    /// What media URLs start with, such as `https://media.example`; the own address if absent.
    pub media_base_url: Option<String>,
    /// Where callbacks are delivered, whatever host their URL names. Without it none is sent.
    pub callback_sink: Option<SocketAddr>,
}

impl Default for SimSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            api_key: "sim-api-key".to_owned(),
            more_api_keys: Vec::new(),
            access_key_id: "AKLTsimulatedAccessKeyId".to_owned(),
            secret_access_key: "c2ltdWxhdGVkLXNlY3JldA==".to_owned(),
            region: "cn-beijing".to_owned(),
            project: "default".to_owned(),
            endpoints: Vec::new(),
            pace: Pace::default(),
            asset_processing: Duration::from_secs(7),
            visible_after: Duration::ZERO,
            quotas: Quotas::default(),
            clock: SimClock::real(),
            record_calls: 10_000,
            media_base_url: None,
            callback_sink: None,
        }
    }
}

/// An inference endpoint: a name of the account for one of the dated models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The name that requests use, such as `ep-20260611-abcde`.
    pub name: String,
    /// The dated official name behind it, such as `doubao-seedance-2-0-260128`.
    pub model: String,
}

/// How long a task stays in each state, by the simulator's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// From the create to `running`.
    pub queued: Duration,
    /// From `running` to `succeeded`.
    pub running: Duration,
}

impl Pace {
    /// A task that stays `queued` until a test moves it.
    pub const HELD: Self = Self { queued: Duration::MAX, running: Duration::MAX };
    /// A task that has succeeded as soon as it is looked at.
    pub const INSTANT: Self = Self { queued: Duration::ZERO, running: Duration::ZERO };
}

impl Default for Pace {
    fn default() -> Self {
        Self { queued: Duration::from_secs(2), running: Duration::from_secs(8) }
    }
}

/// Calls that the account allows in one second of the clock; `None` allows any number.
///
/// One second is a fixed window. On a manual clock that stands still it never ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// LIST calls.
    pub list_per_second: Option<u32>,
    /// GET calls of tasks.
    pub get_per_second: Option<u32>,
    /// DELETE calls.
    pub delete_per_second: Option<u32>,
    /// Creates. The upstream counts them by the minute and by contract, so there is no default.
    pub create_per_second: Option<u32>,
    /// Asset actions, all together. The sources disagree, so there is no default.
    pub asset_per_second: Option<u32>,
}

impl Quotas {
    /// No quota at all.
    pub const OFF: Self = Self {
        list_per_second: None,
        get_per_second: None,
        delete_per_second: None,
        create_per_second: None,
        asset_per_second: None,
    };
}

impl Default for Quotas {
    /// As measured: 1 LIST, 20 GET and 20 DELETE per second.
    fn default() -> Self {
        Self {
            list_per_second: Some(1),
            get_per_second: Some(20),
            delete_per_second: Some(20),
            ..Self::OFF
        }
    }
}
