//! Waiting as a tenant does: polls, with a progress bar for whoever watches.

use std::time::Duration;

use anyhow::bail;
use indicatif::ProgressBar;
use seedance_model::TaskId;
use serde_json::Value;
use tokio::time::{Instant, interval};

use super::screen::{bar, say};
use super::tenant_client::{TenantClient, text};

/// How often the tenant polls.
const POLL: Duration = Duration::from_millis(250);
/// When the tenant gives up.
const PATIENCE: Duration = Duration::from_mins(2);

/// Polls until every asset is `Active`.
pub(super) async fn all_active(
    tenant: &TenantClient,
    ids: &[&str],
    expected: Duration,
) -> anyhow::Result<()> {
    let mut wait = Wait::begin(expected);
    for id in ids {
        loop {
            let status = tenant.asset_status(id).await?;
            wait.shows(id, &status)?;
            match status.as_str() {
                "Active" => break,
                "Processing" => wait.goes_on().await?,
                _ => bail!("the asset `{id}` is `{status}`"),
            }
        }
    }
    wait.end();
    Ok(())
}

/// Polls until every task has succeeded, and gives their last states.
pub(super) async fn all_finished(
    tenant: &TenantClient,
    ids: &[TaskId],
    expected: Duration,
) -> anyhow::Result<Vec<Value>> {
    let mut wait = Wait::begin(expected);
    let mut finished = Vec::new();
    for id in ids {
        loop {
            let task = tenant.task(id).await?;
            let status = text(&task, "/status")?;
            wait.shows(id.as_str(), status)?;
            match status {
                "queued" | "running" => wait.goes_on().await?,
                "succeeded" => break finished.push(task),
                _ => bail!("the task `{id}` is `{status}`"),
            }
        }
    }
    wait.end();
    Ok(finished)
}

/// A wait under way.
struct Wait {
    bar: ProgressBar,
    started: Instant,
    ticks: tokio::time::Interval,
    last: String,
}

impl Wait {
    fn begin(expected: Duration) -> Self {
        let (bar, last) = (bar(expected), String::new());
        Self { bar, started: Instant::now(), ticks: interval(POLL), last }
    }

    /// Prints a state when it is a new one.
    fn shows(&mut self, id: &str, status: &str) -> anyhow::Result<()> {
        let millis = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.bar.set_position(millis.min(self.bar.length().unwrap_or(millis)));
        self.bar.set_message(status.to_owned());
        let line = format!("   {id} {status}");
        if line != self.last {
            self.bar.suspend(|| say(&line))?;
            self.last = line;
        }
        Ok(())
    }

    async fn goes_on(&mut self) -> anyhow::Result<()> {
        if self.started.elapsed() > PATIENCE {
            bail!("nothing happened for {PATIENCE:?}");
        }
        self.ticks.tick().await;
        Ok(())
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }
}
