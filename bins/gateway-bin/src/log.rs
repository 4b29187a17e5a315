//! The log of a server: one event a line on standard error, by a writer that no reader can hold up.
//!
//! Standard output belongs to the commands. There is one log for a process, whatever runs in it.

mod json;
mod line;
mod queue;
mod text;
mod time;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{EnvFilter, Registry, reload};
use url::Url;

use crate::config::{LogConfig, LogFormat};
use crate::traces;
use json::{MembersOfSpans, Objects};
use line::Lines;
use queue::Queue;
use text::{Words, WordsOfSpans};

/// The target of records of the security of the gateway, which every filter lets through unless it
/// names this target itself.
pub(crate) const SECURITY: &str = "security";
/// How long the end of a process waits for whoever reads its log.
const PATIENCE: Duration = Duration::from_secs(1);

static LOG: OnceLock<Log> = OnceLock::new();

struct Log {
    queue: Arc<Queue>,
    filter: reload::Handle<EnvFilter, Registry>,
    /// What every filter begins with.
    always: String,
}

/// How many lines nobody could read, since the start of the process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lost {
    pub(crate) ordinary: u64,
    pub(crate) security: u64,
}

/// Starts the log, and the traces where there is a collector. Does nothing if it runs already, as
/// when tests start two servers.
pub(crate) fn start(config: &LogConfig, collector: Option<&Url>) {
    if LOG.get().is_some() {
        return;
    }
    let queue = Queue::start();
    // The first of two directives about one target gives way.
    let always = format!("{SECURITY}=info,{}", traces::directive(collector));
    let lines = EnvFilter::new(format!("{always},{}", config.filter));
    let (filter, handle) = reload::Layer::new(lines);
    let registry = tracing_subscriber::registry().with(filter).with(traces::layer(collector));
    let writer = Lines::new(Arc::clone(&queue));
    let started = match config.format {
        LogFormat::Json => {
            let layer = tracing_subscriber::fmt::layer().with_writer(writer);
            let layer = layer.fmt_fields(MembersOfSpans).event_format(Objects);
            tracing::subscriber::set_global_default(registry.with(layer))
        }
        LogFormat::Text => {
            let layer = tracing_subscriber::fmt::layer().with_writer(writer);
            let layer = layer.fmt_fields(WordsOfSpans).event_format(Words);
            tracing::subscriber::set_global_default(registry.with(layer))
        }
    };
    if started.is_ok() {
        LOG.set(Log { queue, filter: handle, always }).ok();
    }
    traces::tell(collector);
}

/// Logs by another filter from now on.
pub(crate) fn set_filter(filter: &str) {
    if let Some(log) = LOG.get() {
        // Fails only if the subscriber is gone, and then nobody logs.
        log.filter.reload(EnvFilter::new(format!("{},{filter}", log.always))).ok();
    }
}

/// Lines that were dropped, because nobody read them.
pub(crate) fn lost() -> Lost {
    LOG.get().map(|log| log.queue.lost()).unwrap_or_default()
}

/// Waits for a moment until what was traced and logged is written.
pub(crate) fn flush() {
    traces::shut_down();
    if let Some(log) = LOG.get() {
        log.queue.settle(PATIENCE);
    }
}
