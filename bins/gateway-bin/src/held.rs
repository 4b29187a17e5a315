//! Bought tasks that the store could not take down at once: held in memory, and bound as soon as it
//! can.
//!
//! Should the process die first, the task is what its open intent bought, and the reconciler finds
//! it. The log has its id in either case.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use seedance_model::TaskId;
use tenancy::{Binding, Error, IntentId, NewTask};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tracing::Instrument as _;

use crate::app::App;
use crate::error::{ApiError, Kind};
use crate::traces;

/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(500);
/// How long the tenant waits for the attempts before it is told that the outcome is unknown.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// With so many held, no more is bought. Creates under way then may still join them.
const MOST: usize = 100;

/// How many bought tasks are held.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held(Arc<AtomicUsize>);

/// The place of one held task, given back when this is dropped.
struct Place(Held);

impl Held {
    /// Refuses to buy more while too many wait for the store already.
    pub(crate) fn check_room(&self) -> Result<(), ApiError> {
        if self.0.load(Ordering::SeqCst) < MOST {
            return Ok(());
        }
        let text = "the gateway cannot keep records now; try again later";
        let cause = anyhow::anyhow!("{MOST} bought tasks wait for the store");
        Err(ApiError::new(Kind::ServiceUnavailable, text).retry_after(1).because(cause))
    }

    fn take_place(&self) -> Place {
        self.0.fetch_add(1, Ordering::SeqCst);
        Place(self.clone())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Binds a bought task. If the store fails, the attempts go on after this has answered; the answer
/// is an error then.
pub(crate) async fn bind(app: &App, intent: IntentId, task: NewTask) -> Result<Binding, Error> {
    let id = task.id.clone();
    let binding = app.store.bind_intent(intent, task.clone(), app.clock.now());
    let failure = match binding.instrument(traces::of_store("bind intent")).await {
        Ok(binding) => return Ok(binding),
        Err(failure) => failure,
    };
    let cause = format!("{:#}", anyhow::Error::new(failure.clone()));
    tracing::error!(task = %id, %intent, cause, "a bought task is not bound yet");
    let attempts = keep_trying(app.clone(), intent, task, app.work.held.take_place());
    match timeout(ANSWER_WITHIN, app.work.tracker.spawn(attempts)).await {
        Ok(Ok(bound)) => bound,
        Ok(Err(_)) | Err(_) => Err(failure),
    }
}

/// Tries until the store answers; the error is that it was closed.
async fn keep_trying(
    app: App,
    intent: IntentId,
    task: NewTask,
    _place: Place,
) -> Result<Binding, Error> {
    let mut attempts = interval(PAUSE);
    attempts.set_missed_tick_behavior(MissedTickBehavior::Delay);
    attempts.reset();
    loop {
        attempts.tick().await;
        match app.store.bind_intent(intent, task.clone(), app.clock.now()).await {
            Err(failure) if !failure.is_closed() => {}
            outcome => {
                log(&task.id, intent, &outcome);
                return outcome;
            }
        }
    }
}

fn log(task: &TaskId, intent: IntentId, outcome: &Result<Binding, Error>) {
    match outcome {
        Ok(Binding::Bound | Binding::AlreadyBound) => {
            tracing::warn!(%task, %intent, "a bought task is bound at last");
        }
        other => tracing::error!(%task, %intent, ?other, "a bought task is not bound"),
    }
}
