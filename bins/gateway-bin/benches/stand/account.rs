//! The simulated account, in a runtime of its own, so that a busy client does not delay it.

use std::sync::Arc;

use ark_sim::{Pace, Sim, SimSettings};
use tokio::runtime::{Builder, Handle, Runtime};

/// The key of the account.
pub(crate) const API_KEY: &str = "sim-api-key";

/// A running account with its quotas on: 1 LIST and 20 GET a second, and 429 beyond. Dropping it
/// ends it, and everything beside it.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) sim: Arc<Sim>,
    /// Where work can run beside the account.
    pub(crate) runtime: Handle,
    owned: Option<Runtime>,
}

impl Account {
    /// An account whose tasks stay queued until somebody moves them, and that remembers so many
    /// calls.
    pub(crate) async fn open(record_calls: usize) -> anyhow::Result<Self> {
        let owned = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("account")
            .enable_all()
            .build()?;
        let settings = SimSettings {
            api_key: API_KEY.to_owned(),
            pace: Pace::HELD,
            record_calls,
            ..SimSettings::default()
        };
        let runtime = owned.handle().clone();
        let sim = runtime.spawn(Sim::start(settings)).await;
        Ok(Self { sim: Arc::new(sim??), runtime, owned: Some(owned) })
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        // Ended in the background: a bench drops it where nothing may block.
        if let Some(runtime) = self.owned.take() {
            runtime.shutdown_background();
        }
    }
}
