//! What differs between two configurations, and whether a running server can take it over.

use std::collections::{BTreeMap, BTreeSet};

use super::keys::is_instance;
use super::reader::Effective;

/// The keys that a running server takes over. A change of any other key waits for a restart: it
/// says where something is, or how much was set aside for it at the start.
pub const RELOADED: [&str; 16] = [
    "server.admin_token",
    "server.drain_delay",
    "server.drain_timeout",
    "log.filter",
    "pricing.cny_per_usd",
    "pricing.cny_per_million_tokens.*",
    "callback.nameservers",
    "media.references",
    "watch.max_staleness",
    "upstreams.*.api_key",
    "upstreams.*.access_key_id",
    "upstreams.*.secret_access_key",
    "upstreams.*.connect_timeout",
    "upstreams.*.create_timeout",
    "upstreams.*.request_timeout",
    "upstreams.*.models.*",
];

/// The keys whose values differ, in the order of their names; the values stay where they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Those that a running server takes over.
    pub reloaded: Vec<String>,
    /// Those that need a restart.
    pub restart: Vec<String>,
}

impl Changes {
    /// What has to change to come from `before` to `after`.
    pub(super) fn between(before: &[Effective], after: &[Effective]) -> Self {
        let (before, after) = (by_path(before), by_path(after));
        let paths: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
        let changed = paths.into_iter().filter(|path| before.get(path) != after.get(path));
        let is_reloaded = |path: &String| RELOADED.iter().any(|key| is_instance(key, path));
        let (reloaded, restart) = changed.map(str::to_owned).partition(is_reloaded);
        Self { reloaded, restart }
    }

    /// Whether the two say the same.
    pub fn is_empty(&self) -> bool {
        self.reloaded.is_empty() && self.restart.is_empty()
    }

    /// Whether anything of this section differs, such as `pricing` or `upstreams.default`.
    pub(crate) fn touch(&self, section: &str) -> bool {
        let inside = |path: &String| {
            path.strip_prefix(section).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.reloaded.iter().chain(&self.restart).any(inside)
    }
}

fn by_path(values: &[Effective]) -> BTreeMap<&str, &str> {
    values.iter().map(|value| (value.path.as_str(), value.exact())).collect()
}
