//! Stragglers: tasks that a LIST was asked for and did not show. Each is asked for by GET, within
//! half of the account's quota, so that tenants who wait keep the other half.

use std::time::Duration;

use seedance_model::TaskId;
use tenancy::LiveTask;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{CLAIM, give_back, unless_damaged};
use crate::app::{App, Current};
use crate::followed::Followed;
use crate::look;
use crate::upstream::Upstream;

/// Most stragglers that wait. More are left to a later round: their claim ends by itself.
const MOST_WAITING: usize = 1000;
/// What a look may take of the claim's time.
const LOOK: Duration = Duration::from_secs(5);

/// Tasks, and until when a look at each may begin.
type Queue = mpsc::Receiver<(LiveTask, Instant)>;

/// The way to the one that follows stragglers.
#[derive(Debug)]
pub(super) struct Stragglers(mpsc::Sender<(LiveTask, Instant)>);

impl Stragglers {
    /// Starts to follow, until `stop`.
    pub(super) fn follow(current: Current, name: String, stop: CancellationToken) -> Self {
        let (waiting, queue) = mpsc::channel(MOST_WAITING);
        let tracker = current.app().work.tracker.clone();
        tracker.spawn(async move { follow(queue, &current, &name, &stop).await });
        Self(waiting)
    }

    /// Has the task looked at, if there is room and time before its claim is over.
    pub(super) fn add(&self, task: LiveTask) {
        drop(self.0.try_send((task, Instant::now() + CLAIM - LOOK)));
    }
}

/// Looks at those that come, until `stop`; then gives the others back.
async fn follow(mut queue: Queue, current: &Current, name: &str, stop: &CancellationToken) {
    let mut left: Vec<TaskId> = Vec::new();
    let following = async {
        while let Some((task, until)) = queue.recv().await {
            left.push(task.id.clone());
            if let Some((app, upstream)) = current.account(name) {
                look_at(&app, &upstream, &task, until).await;
            }
            left.clear();
        }
    };
    stop.run_until_cancelled(following).await;
    queue.close();
    while let Ok((task, _)) = queue.try_recv() {
        left.push(task.id);
    }
    give_back(&current.app(), &left).await;
}

async fn look_at(app: &App, upstream: &Upstream, task: &LiveTask, until: Instant) {
    let _share = upstream.straggler_quota.take().await;
    if upstream.breaker.is_open() || Instant::now() > until {
        return;
    }
    let _call = upstream.get_quota.take().await;
    let looked = look::now(app, upstream, &Followed::from(task)).await;
    if let Err(error) = unless_damaged(&task.id, looked) {
        tracing::warn!(task = %task.id, cause = %format!("{error:#}"), "look failed");
    }
}
