//! Traces: the spans of a request, from its arrival to the store and the model service, for a
//! collector that speaks OTLP over HTTP.
//!
//! They are exported by binaries with the feature `otlp` only, and made only where a collector is
//! configured. A collector that is slow or gone costs spans, never a request. What tenants send in
//! `traceparent` is not looked at: they do not decide what is traced, and where it belongs.

#[cfg(feature = "otlp")]
mod export;

use tracing::Span;
use tracing::field::Empty;
use url::Url;

#[cfg(feature = "otlp")]
pub(crate) use export::{layer, shut_down};

/// The target of spans that are there for traces alone.
pub(crate) const TRACES: &str = "traces";

/// A step of the store.
pub(crate) fn of_store(step: &'static str) -> Span {
    tracing::info_span!(target: TRACES, "store", step)
}

/// A call of the model service; `outcome` is recorded when it is known.
pub(crate) fn of_call(upstream: &str, call: &'static str) -> Span {
    tracing::info_span!(target: TRACES, "upstream call", upstream, call, outcome = Empty)
}

/// What the filter of the log says of these spans.
pub(crate) fn directive(collector: Option<&Url>) -> String {
    let wanted = cfg!(feature = "otlp") && collector.is_some();
    format!("{TRACES}={}", if wanted { "info" } else { "off" })
}

/// Says so if a collector is configured and nothing can be sent to it.
pub(crate) fn tell(collector: Option<&Url>) {
    if collector.is_some() && cfg!(not(feature = "otlp")) {
        tracing::warn!("traces are not exported: this binary was built without the feature `otlp`");
    }
}

/// Nothing is exported, so there is nothing to add to the log.
#[cfg(not(feature = "otlp"))]
pub(crate) fn layer(_collector: Option<&Url>) -> Option<tracing_subscriber::layer::Identity> {
    None
}

#[cfg(not(feature = "otlp"))]
pub(crate) fn shut_down() {}
