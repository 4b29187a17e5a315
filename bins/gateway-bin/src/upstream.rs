//! The Ark accounts that the gateway uses: each with its client, its limits and its names.

mod calls;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use ark_client::ArkClient;
use seedance_model::{Model, TaskId};
use tenancy::Store;

use crate::asked::Asked;
use crate::breaker::Breaker;
use crate::clock::Clock;
use crate::config::UpstreamConfig;
use crate::lane::Lane;
use crate::metrics::Metrics;
use crate::quota::Quota;
use crate::redact::Redactor;
use crate::single_flight::SingleFlight;

/// All accounts, by name.
#[derive(Clone, Debug)]
pub(crate) struct Upstreams(Arc<BTreeMap<String, Arc<Upstream>>>);

/// One account, as its configuration has it. What counts its calls and what is under way belong to
/// the account itself, and outlive a reload.
#[derive(Debug)]
pub(crate) struct Upstream {
    pub(crate) name: String,
    pub(crate) ark: ArkClient,
    pub(crate) list_quota: Arc<Quota>,
    pub(crate) get_quota: Arc<Quota>,
    /// The share of GETs that goes to tasks which a list did not show.
    pub(crate) straggler_quota: Arc<Quota>,
    pub(crate) breaker: Breaker,
    pub(crate) redactor: Redactor,
    /// Looks at single tasks that are under way, so that many readers cause one call.
    pub(crate) looks: Arc<SingleFlight<TaskId, ()>>,
    /// Tasks that tenants wait for and that wait for the watcher.
    pub(crate) asked: Arc<Asked>,
    /// How long a create may be under way.
    pub(crate) create_timeout: Duration,
    pub(crate) metrics: Metrics,
    models: Vec<(Model, String)>,
}

impl Upstreams {
    /// Builds a client for each configured account; no connection is made yet.
    ///
    /// With a `shared` store and clock the quotas are kept together with other gateways.
    pub(crate) fn connect(
        configured: Vec<UpstreamConfig>,
        look_interval: Duration,
        metrics: &Metrics,
        shared: Option<&(Store, Clock)>,
    ) -> anyhow::Result<Self> {
        let connected = configured.into_iter().map(|config| {
            let name = config.name.clone();
            let upstream = Upstream::new(config, look_interval, metrics.clone(), shared);
            let upstream = upstream.with_context(|| format!("upstream `{name}`"))?;
            Ok((name, Arc::new(upstream)))
        });
        Ok(Self(Arc::new(connected.collect::<anyhow::Result<_>>()?)))
    }

    /// The same accounts by another configuration; those that are not `changed` stay as they are,
    /// with their connections.
    pub(crate) fn reloaded(
        &self,
        configured: Vec<UpstreamConfig>,
        look_interval: Duration,
        changed: impl Fn(&str) -> bool,
    ) -> anyhow::Result<Self> {
        let reloaded = configured.into_iter().map(|config| {
            let name = config.name.clone();
            let known = self.get(&name).with_context(|| format!("upstream `{name}` is new"))?;
            if !changed(&name) {
                return Ok((name, Arc::clone(known)));
            }
            let next = known.reloaded(config, look_interval);
            Ok((name.clone(), Arc::new(next.with_context(|| format!("upstream `{name}`"))?)))
        });
        Ok(Self(Arc::new(reloaded.collect::<anyhow::Result<_>>()?)))
    }

    /// The account of that name, if it is configured.
    pub(crate) fn get(&self, name: &str) -> Option<&Arc<Upstream>> {
        self.0.get(name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<Upstream>> {
        self.0.values()
    }
}

impl Upstream {
    fn new(
        config: UpstreamConfig,
        look_interval: Duration,
        metrics: Metrics,
        shared: Option<&(Store, Clock)>,
    ) -> anyhow::Result<Self> {
        let redactor = Redactor::new(&config.client, &config.models);
        let lane = |call: &str, per_second| {
            let (store, clock) = shared?;
            let name = format!("{call}:{}", config.name);
            Some(Lane::new(store.clone(), clock.clone(), name, per_second))
        };
        let list_lane = lane("list", config.list_per_second);
        let get_lane = lane("get", config.get_per_second);
        Ok(Self {
            create_timeout: config.client.create_timeout,
            ark: ArkClient::new(config.client)?,
            list_quota: Arc::new(Quota::shared(config.list_per_second, list_lane)),
            get_quota: Arc::new(Quota::shared(config.get_per_second, get_lane)),
            name: config.name,
            straggler_quota: Arc::new(Quota::per_second(config.get_per_second / 2)),
            breaker: Breaker::new(look_interval),
            redactor,
            looks: Arc::default(),
            asked: Arc::default(),
            metrics,
            models: config.models,
        })
    }

    /// The same account with other keys, timeouts or names. Its breaker starts anew: other keys may
    /// well be accepted.
    fn reloaded(&self, config: UpstreamConfig, look_interval: Duration) -> anyhow::Result<Self> {
        let redactor = Redactor::new(&config.client, &config.models).knowing(&self.redactor);
        Ok(Self {
            create_timeout: config.client.create_timeout,
            ark: ArkClient::new(config.client)?,
            list_quota: Arc::clone(&self.list_quota),
            get_quota: Arc::clone(&self.get_quota),
            name: config.name,
            straggler_quota: Arc::clone(&self.straggler_quota),
            breaker: Breaker::new(look_interval),
            redactor,
            looks: Arc::clone(&self.looks),
            asked: Arc::clone(&self.asked),
            metrics: self.metrics.clone(),
            models: config.models,
        })
    }

    /// What the account calls `model`: a dated name or an endpoint.
    pub(crate) fn model_name(&self, model: Model) -> &str {
        let mapped = self.models.iter().find(|(known, _)| *known == model);
        mapped.map_or(model.official_name(), |(_, name)| name)
    }
}
