//! Claims that a stop cuts short: they are given back, so that whoever watches next, another gateway
//! or this one after its restart, has the tasks at once and not only when the claims end.

use std::time::Duration;

use seedance_model::TaskId;
use tokio::time::timeout;

use crate::app::App;

/// How long a stop waits for it; a claim ends by itself anyway.
const GIVING_BACK: Duration = Duration::from_secs(1);

/// Makes these tasks due now, and anybody's.
pub(super) async fn give_back(app: &App, tasks: &[TaskId]) {
    if tasks.is_empty() {
        return;
    }
    let count = tasks.len();
    let release = app.store.release_tasks(tasks, app.clock.now());
    match timeout(GIVING_BACK, release).await {
        Ok(Ok(())) => tracing::debug!(count, "claims are given back"),
        Ok(Err(error)) => tracing::debug!(count, %error, "claims are not given back"),
        Err(_) => tracing::debug!(count, "claims are not given back in time"),
    }
}
