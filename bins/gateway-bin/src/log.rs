//! Where events go: standard error, one line each; standard output belongs to the commands.

use tracing_subscriber::EnvFilter;

/// Starts logging for a server, as JSON lines. `filter` is like `info` or `gateway=debug,warn`.
pub(crate) fn start(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // A reader that went away must not take requests with it: the complaint would panic.
        .log_internal_errors(false)
        .finish();
    // Fails if logging runs already, as when tests start two servers; either one is right.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
