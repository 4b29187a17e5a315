//! What every request may use: eleven parts, each cheap to clone, none of them locked here.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use seedance_model::MediaPolicy;
use tenancy::Store;
use tokio_util::task::TaskTracker;

use crate::callers::Callers;
use crate::clock::Clock;
use crate::creates::Creates;
use crate::held::Held;
use crate::limits::RequestRates;
use crate::look_up::LookUps;
use crate::metrics::Metrics;
use crate::replica::Replica;
use crate::tariffs::Tariffs;
use crate::upstream::Upstreams;

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

/// The parts themselves.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) callers: Callers,
    pub(crate) request_rates: RequestRates,
    pub(crate) upstreams: Upstreams,
    pub(crate) tariffs: Tariffs,
    pub(crate) rules: Rules,
    pub(crate) look_ups: LookUps,
    pub(crate) clock: Clock,
    pub(crate) metrics: Metrics,
    pub(crate) replica: Replica,
    pub(crate) work: Work,
}

/// The configured rules that single requests are held to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub(crate) media: MediaPolicy,
    pub(crate) body_limit_bytes: usize,
    pub(crate) look_interval: Duration,
    pub(crate) max_staleness: Duration,
}

/// Work that goes on when its caller has gone away; a stop waits for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Work {
    pub(crate) tracker: TaskTracker,
    pub(crate) creates: Creates,
    pub(crate) held: Held,
}
