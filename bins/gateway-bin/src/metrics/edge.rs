//! What the HTTP edge counts: requests and how long they take, connections, and what was refused
//! before it cost anything.
//!
//! Every sample has its place before the first request comes, so that counting takes no lock and
//! no memory.

use std::sync::Arc;
use std::time::Instant;

use http::StatusCode;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::latency::Latency;
use super::registered;
use super::routes::{Class, Route};
use crate::connections::Flaw;

/// The instruments of the edge; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct EdgeMetrics(Arc<Instruments>);

#[derive(Debug)]
struct Instruments {
    requests: [[Counter; Class::ALL.len()]; Route::ALL.len()],
    seconds: [Latency; Route::ALL.len()],
    under_way: Gauge,
    sheds: [Counter; Shed::ALL.len()],
    flaws: [Counter; Flaw::ALL.len()],
    slow_clients: [Counter; Slowness::ALL.len()],
    connections: [Gauge; Listener::ALL.len()],
}

/// Why something was turned away because of how much there is already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shed {
    /// No seat became free in time, or too many waited for one.
    Seats,
    /// The tenant has more than its share of the seats.
    Share,
    /// All bodies together are too large.
    Bodies,
    /// The bodies of the tenant are more than its share of the room for all.
    BodyShare,
    /// Too many connections, in all or from one source.
    Connections,
}

/// What a client took too long for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slowness {
    /// The first byte, or the next request of a kept connection: it was silent.
    Idle,
    Head,
    Body,
    /// Taking the answer, or going away after it.
    Answer,
}

/// Who connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listener {
    Tenants,
    Operators,
}

impl Shed {
    const ALL: [Self; 5] =
        [Self::Seats, Self::Share, Self::Bodies, Self::BodyShare, Self::Connections];

    fn name(self) -> &'static str {
        match self {
            Self::Seats => "seats",
            Self::Share => "share",
            Self::Bodies => "bodies",
            Self::BodyShare => "body_share",
            Self::Connections => "connections",
        }
    }
}

impl Slowness {
    const ALL: [Self; 4] = [Self::Idle, Self::Head, Self::Body, Self::Answer];

    fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Head => "head",
            Self::Body => "body",
            Self::Answer => "answer",
        }
    }
}

impl Listener {
    const ALL: [Self; 2] = [Self::Tenants, Self::Operators];

    fn name(self) -> &'static str {
        match self {
            Self::Tenants => "tenants",
            Self::Operators => "operators",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: &'static str,
    class: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReasonLabels {
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ListenerLabels {
    listener: &'static str,
}

impl EdgeMetrics {
    pub(super) fn new(registry: &mut Registry) -> Self {
        let requests =
            registered(registry, "requests", Family::<RequestLabels, Counter>::default());
        let seconds =
            registered(registry, "request_seconds", Family::<RouteLabels, Latency>::default());
        let sheds = registered(registry, "sheds", Family::<ReasonLabels, Counter>::default());
        let flaws =
            registered(registry, "framing_refusals", Family::<ReasonLabels, Counter>::default());
        let slow = registered(registry, "slow_clients", Family::<ReasonLabels, Counter>::default());
        let open = registered(registry, "connections", Family::<ListenerLabels, Gauge>::default());
        let of = |family: &Family<ReasonLabels, Counter>, reason| {
            family.get_or_create_owned(&ReasonLabels { reason })
        };
        Self(Arc::new(Instruments {
            requests: Route::ALL.map(|route| {
                Class::ALL.map(|class| {
                    let (route, class) = (route.name(), class.name());
                    requests.get_or_create_owned(&RequestLabels { route, class })
                })
            }),
            seconds: Route::ALL
                .map(|route| seconds.get_or_create_owned(&RouteLabels { route: route.name() })),
            under_way: registered(registry, "requests_under_way", Gauge::default()),
            sheds: Shed::ALL.map(|shed| of(&sheds, shed.name())),
            flaws: Flaw::ALL.map(|flaw| of(&flaws, flaw.name())),
            slow_clients: Slowness::ALL.map(|slowness| of(&slow, slowness.name())),
            connections: Listener::ALL.map(|listener| {
                open.get_or_create_owned(&ListenerLabels { listener: listener.name() })
            }),
        }))
    }

    /// A request begins.
    pub(crate) fn begin(&self, route: Route) -> Request {
        self.0.under_way.inc();
        Request { edge: self.clone(), route, began: Instant::now(), status: None }
    }

    /// Something is turned away.
    pub(crate) fn shed(&self, shed: Shed) {
        count(&self.0.sheds, Shed::ALL.iter().position(|known| *known == shed));
    }

    /// A request is refused because servers could read it differently, or because it is too large
    /// to be read at all.
    pub(crate) fn framing_refused(&self, flaw: Flaw) {
        count(&self.0.flaws, Flaw::ALL.iter().position(|known| *known == flaw));
    }

    /// A connection is closed over its client's slowness.
    pub(crate) fn slow_client(&self, slowness: Slowness) {
        count(&self.0.slow_clients, Slowness::ALL.iter().position(|known| *known == slowness));
    }

    /// A connection is open for as long as this is kept.
    pub(crate) fn connected(&self, listener: Listener) -> Connected {
        let gauge = match listener {
            Listener::Tenants => &self.0.connections[0],
            Listener::Operators => &self.0.connections[1],
        };
        gauge.inc();
        Connected(gauge.clone())
    }
}

fn count(counters: &[Counter], place: Option<usize>) {
    if let Some(counter) = place.and_then(|place| counters.get(place)) {
        counter.inc();
    }
}

/// A request from its begin to its end, which is counted when this is dropped.
#[derive(Debug)]
pub(crate) struct Request {
    edge: EdgeMetrics,
    route: Route,
    began: Instant,
    status: Option<StatusCode>,
}

impl Request {
    /// Its answer is there. Without one, its client has gone away.
    pub(crate) fn answered(mut self, status: StatusCode) {
        self.status = Some(status);
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        let instruments = &self.edge.0;
        instruments.under_way.dec();
        let route = Route::ALL.iter().position(|known| *known == self.route).unwrap_or(0);
        let class = Class::of(self.status);
        let class = Class::ALL.iter().position(|known| *known == class);
        if let (Some(counters), Some(latency)) =
            (instruments.requests.get(route), instruments.seconds.get(route))
        {
            count(counters, class);
            latency.observe(self.began.elapsed());
        }
    }
}

/// An open connection.
#[derive(Debug)]
pub(crate) struct Connected(Gauge);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.dec();
    }
}
