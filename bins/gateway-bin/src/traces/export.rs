//! Spans on their way to the collector: batches from a bounded queue, on a thread of their own.

use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;
use url::Url;

/// Longest wait for the collector, for each batch and at the end of the process.
const PATIENCE: Duration = Duration::from_secs(1);

static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// The layer that takes spans, without the events in them. A collector that cannot be prepared for
/// is none.
pub(crate) fn layer<S>(collector: Option<&Url>) -> Option<impl Layer<S>>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let provider = provider(collector?).ok()?;
    let tracer = provider.tracer("phanedge");
    PROVIDER.set(provider).ok();
    let spans = tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false);
    Some(spans.with_filter(filter_fn(is_span)))
}

fn is_span(about: &Metadata<'_>) -> bool {
    about.is_span()
}

/// Sends what waits, for as long as patience lasts.
pub(crate) fn shut_down() {
    if let Some(provider) = PROVIDER.get() {
        provider.shutdown_with_timeout(PATIENCE).ok();
    }
}

fn provider(collector: &Url) -> anyhow::Result<SdkTracerProvider> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(collector.as_str())
        .with_timeout(PATIENCE)
        .with_http_client(client()?)
        .build()?;
    let resource = Resource::builder_empty().with_service_name("phanedge").build();
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter);
    Ok(provider.with_resource(resource).build())
}

/// Made on another thread, because it waits, and the caller's thread runs requests.
fn client() -> anyhow::Result<reqwest::blocking::Client> {
    // The client wants to know a provider, although the way to the collector is plain HTTP.
    rustls::crypto::ring::default_provider().install_default().ok();
    let building = thread::spawn(|| {
        let builder = reqwest::blocking::Client::builder().no_proxy().timeout(PATIENCE);
        builder.redirect(reqwest::redirect::Policy::none()).build()
    });
    let built = building.join().map_err(|_| anyhow!("the thread has panicked"))?;
    built.context("the client of the collector")
}
