//! What the gateway counts and measures, for operators. Nothing of a tenant: no label names one.
//!
//! Each gateway has a registry of its own, so that several can run in one process.

mod edge;
mod labels;
mod latency;
mod routes;
mod table;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric as Instrument, Registry};

pub(crate) use edge::{EdgeMetrics, Listener, Shed, Slowness};
use labels::UpstreamLabels;
pub(crate) use labels::{Call, CallOutcome, Ending, Oddity, Reloaded};
use labels::{CallLabels, EndingLabels, LaneLabels, LineLabels, OddityLabels, ReloadLabels};
pub(crate) use routes::Route;
pub use table::{METRICS, Metric};

use crate::log::{self, Lost};

/// Upper bounds of the buckets of a call to the upstream, in seconds.
const CALL_SECONDS: [f64; 9] = [0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

/// The instruments of one gateway.
#[derive(Clone, Debug)]
pub(crate) struct Metrics(Arc<Instruments>);

#[derive(Debug)]
struct Instruments {
    registry: Registry,
    edge: EdgeMetrics,
    calls: Family<CallLabels, Counter>,
    call_seconds: Family<LaneLabels, Histogram, fn() -> Histogram>,
    looks_put_off: Family<UpstreamLabels, Counter>,
    odd_replies: Family<OddityLabels, Counter>,
    settlements: Family<EndingLabels, Counter>,
    breaker_open: Family<UpstreamLabels, Gauge>,
    live_tasks: Family<UpstreamLabels, Gauge>,
    oldest_unsettled: Family<UpstreamLabels, Gauge>,
    watch_lag: Family<UpstreamLabels, Gauge>,
    asked_tasks: Family<UpstreamLabels, Gauge>,
    open_intents: Family<UpstreamLabels, Gauge>,
    ledger_unexplained: Gauge,
    reloads: Family<ReloadLabels, Counter>,
    log_lines_lost: Family<LineLabels, Counter>,
}

/// How an upstream account is doing, at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AccountState {
    pub(crate) live_tasks: u64,
    /// How long the oldest live task has been live.
    pub(crate) oldest_unsettled: Duration,
    /// For how long the task that is due the longest has been due.
    pub(crate) watch_lag: Duration,
    /// Tasks that tenants wait for, and that no look was made at yet.
    pub(crate) asked_tasks: usize,
    pub(crate) open_intents: usize,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("phanedge");
        let histogram: fn() -> Histogram = || Histogram::new(CALL_SECONDS);
        let call_seconds = Family::new_with_constructor(histogram);
        Self(Arc::new(Instruments {
            edge: EdgeMetrics::new(&mut registry),
            calls: registered(&mut registry, "upstream_calls", Family::default()),
            call_seconds: registered(&mut registry, "upstream_call_seconds", call_seconds),
            looks_put_off: registered(&mut registry, "looks_put_off", Family::default()),
            odd_replies: registered(&mut registry, "odd_replies", Family::default()),
            settlements: registered(&mut registry, "settlements", Family::default()),
            breaker_open: registered(&mut registry, "breaker_open", Family::default()),
            live_tasks: registered(&mut registry, "live_tasks", Family::default()),
            oldest_unsettled: registered(
                &mut registry,
                "oldest_unsettled_seconds",
                Family::default(),
            ),
            watch_lag: registered(&mut registry, "watch_lag_seconds", Family::default()),
            asked_tasks: registered(&mut registry, "asked_tasks", Family::default()),
            open_intents: registered(&mut registry, "open_intents", Family::default()),
            ledger_unexplained: registered(&mut registry, "ledger_unexplained", Gauge::default()),
            reloads: registered(&mut registry, "reloads", Family::default()),
            log_lines_lost: registered(&mut registry, "log_lines_lost", Family::default()),
            registry,
        }))
    }

    /// The instruments of the HTTP edge.
    pub(crate) fn edge(&self) -> EdgeMetrics {
        self.0.edge.clone()
    }

    /// A call to the upstream came to its end.
    pub(crate) fn called(&self, upstream: &str, call: Call, outcome: CallOutcome, took: Duration) {
        let (upstream, call) = (upstream.to_owned(), call.name());
        let labels = CallLabels { upstream: upstream.clone(), call, outcome: outcome.name() };
        self.0.calls.get_or_create(&labels).inc();
        let seconds = took.as_secs_f64();
        self.0.call_seconds.get_or_create(&LaneLabels { upstream, call }).observe(seconds);
    }

    /// A tenant waits for news of a task, and no call could be made for it now.
    pub(crate) fn look_put_off(&self, upstream: &str) {
        self.0.looks_put_off.get_or_create(&UpstreamLabels::of(upstream)).inc();
    }

    /// The upstream said something that it should not say.
    pub(crate) fn odd_reply(&self, upstream: &str, oddity: Oddity) {
        let labels = OddityLabels { upstream: upstream.to_owned(), oddity: oddity.name() };
        self.0.odd_replies.get_or_create(&labels).inc();
    }

    /// A task came to its end.
    pub(crate) fn settled(&self, ending: Ending) {
        self.0.settlements.get_or_create(&EndingLabels { ending: ending.name() }).inc();
    }

    /// Whether calls to the account are held back, because it does not answer.
    pub(crate) fn breaker(&self, upstream: &str, is_open: bool) {
        let labels = UpstreamLabels::of(upstream);
        self.0.breaker_open.get_or_create(&labels).set(i64::from(is_open));
    }

    pub(crate) fn account(&self, upstream: &str, state: AccountState) {
        let labels = UpstreamLabels::of(upstream);
        let set = |gauge: &Family<UpstreamLabels, Gauge>, value: u64| {
            gauge.get_or_create(&labels).set(i64::try_from(value).unwrap_or(i64::MAX));
        };
        set(&self.0.live_tasks, state.live_tasks);
        set(&self.0.oldest_unsettled, state.oldest_unsettled.as_secs());
        set(&self.0.watch_lag, state.watch_lag.as_secs());
        set(&self.0.asked_tasks, state.asked_tasks as u64);
        set(&self.0.open_intents, state.open_intents as u64);
    }

    /// How many differences the last verification of the ledger found.
    pub(crate) fn ledger_unexplained(&self, differences: u64) {
        self.0.ledger_unexplained.set(i64::try_from(differences).unwrap_or(i64::MAX));
    }

    /// A reload came to its end.
    pub(crate) fn reloaded(&self, outcome: Reloaded) {
        self.0.reloads.get_or_create(&ReloadLabels { outcome: outcome.name() }).inc();
    }

    /// The log counts for the whole process; here is what it has come to.
    fn take_log_lines_lost(&self) {
        let Lost { ordinary, security } = log::lost();
        for (kind, lost) in [("ordinary", ordinary), ("security", security)] {
            let counter = self.0.log_lines_lost.get_or_create(&LineLabels { kind });
            counter.inner().store(lost, Ordering::Relaxed);
        }
    }

    /// Everything, in the text format that Prometheus reads.
    pub(crate) fn render(&self) -> String {
        self.take_log_lines_lost();
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.0.registry);
        text
    }
}

/// Puts an instrument into the registry, under a name that the table has.
fn registered<I: Instrument + Clone>(
    registry: &mut Registry,
    name: &'static str,
    instrument: I,
) -> I {
    let row = METRICS.iter().find(|metric| metric.name == name);
    let help = row.map_or("", |metric| metric.meaning);
    registry.register(name, help.trim_end_matches('.'), instrument.clone());
    instrument
}
