//! What every request may use: twelve parts, each cheap to clone, none of them locked here.
//!
//! A reload puts other parts in their place. Whoever begins something takes them once, by
//! [`Current`], and ends with what it began with.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRef;
use seedance_model::MediaPolicy;
use tenancy::Store;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use crate::callers::Callers;
use crate::clock::Clock;
use crate::config::{AdminToken, Config};
use crate::creates::Creates;
use crate::held::Held;
use crate::limits::RequestRates;
use crate::look_up::LookUps;
use crate::metrics::Metrics;
use crate::replica::Replica;
use crate::tariffs::Tariffs;
use crate::upstream::{Upstream, Upstreams};

/// A handle on the parts of a running gateway. A clone is one more of it: each request makes some.
#[derive(Clone, Debug)]
pub(crate) struct App(Arc<Parts>);

impl From<Parts> for App {
    fn from(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// The parts themselves. A reload takes a copy, and changes some.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) callers: Callers,
    pub(crate) request_rates: RequestRates,
    pub(crate) upstreams: Upstreams,
    pub(crate) tariffs: Tariffs,
    pub(crate) rules: Rules,
    pub(crate) look_ups: LookUps,
    /// The operators' credential, if they have one.
    pub(crate) admin_token: Option<AdminToken>,
    pub(crate) clock: Clock,
    pub(crate) metrics: Metrics,
    pub(crate) replica: Replica,
    pub(crate) work: Work,
}

/// The parts as they are at this moment.
#[derive(Clone, Debug)]
pub(crate) struct Current(watch::Receiver<App>);

impl Current {
    pub(crate) fn new(parts: watch::Receiver<App>) -> Self {
        Self(parts)
    }

    /// All parts of one moment.
    pub(crate) fn app(&self) -> App {
        self.0.borrow().clone()
    }

    /// The parts, and the account of that name. Accounts neither come nor go while a gateway runs.
    pub(crate) fn account(&self, name: &str) -> Option<(App, Arc<Upstream>)> {
        let app = self.app();
        let upstream = app.upstreams.get(name)?.clone();
        Some((app, upstream))
    }
}

/// A handler takes the parts as its request begins.
impl FromRef<Current> for App {
    fn from_ref(current: &Current) -> Self {
        current.app()
    }
}

/// The configured rules that single requests are held to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub(crate) media: MediaPolicy,
    pub(crate) body_limit_bytes: usize,
    pub(crate) look_interval: Duration,
    pub(crate) max_staleness: Duration,
}

impl Rules {
    /// The rules that a configuration names.
    pub(crate) fn of(config: &Config) -> Self {
        Self {
            media: config.media,
            body_limit_bytes: config.server.body_limit_bytes,
            look_interval: config.watch.interval,
            max_staleness: config.watch.max_staleness,
        }
    }
}

/// Work that goes on when its caller has gone away; a stop waits for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Work {
    pub(crate) tracker: TaskTracker,
    pub(crate) creates: Creates,
    pub(crate) held: Held,
}
