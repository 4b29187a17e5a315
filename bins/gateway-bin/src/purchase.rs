//! One purchase: intent, one send, binding. The only place that spends money.
//!
//! It runs in a task of its own, because a client that disconnects drops its handler. Nothing here
//! is ever repeated once a byte may have left: the upstream has no idempotency key.

use std::sync::Arc;
use std::time::Duration;

use ark_client::{CreatedTask, Outcome as Sent};
use seedance_model::{TaskId, TaskRequest};
use seedance_pricing::UsdAmount;
use serde_json::json;
use tenancy::{
    Binding, Idempotency, Intent, IntentId, IntentState, NewIntent, NewTask, Opening, Tenant,
};
use tokio::time::interval;
use tracing::Instrument as _;

use crate::app::App;
use crate::clock::{later, unix_seconds};
use crate::creates::{IdempotencyKey, Outcome};
use crate::error::{ApiError, Kind};
use crate::metrics::Call;
use crate::upstream::Upstream;
use crate::{held, limits, traces, upstream_error};

/// How often a create is looked at that another gateway has under way.
const LOOK_AT_OTHERS: Duration = Duration::from_millis(100);

/// How late a create may be sent after its intent was opened. Whose a task is that nobody heard of
/// is told by its age, so one that is made later could be taken for another tenant's.
const SEND_WITHIN: Duration = Duration::from_secs(5);

/// A request that every check has passed.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) tenant: Tenant,
    pub(crate) upstream: Arc<Upstream>,
    pub(crate) request: Arc<TaskRequest>,
    pub(crate) callback_url: Option<String>,
    pub(crate) idempotency: Option<IdempotencyKey>,
}

/// Buys the task, whatever happens to the caller meanwhile.
pub(crate) async fn place(app: &App, order: Order) -> Outcome {
    let tracker = &app.work.tracker;
    let key = order.idempotency.clone().map(|key| (order.tenant.id, key));
    // In a box, because it is large, and handed on from place to place.
    let purchase = Box::pin(carry_out(app.clone(), order).in_current_span());
    let outcome = match key {
        Some(key) => app.work.creates.run(tracker, key, purchase).await,
        None => tracker.spawn(purchase).await.ok(),
    };
    outcome.unwrap_or_else(|| {
        Err(ApiError::new(Kind::Internal, "the gateway failed while it created the task")
            .never_retry())
    })
}

async fn carry_out(app: App, order: Order) -> Outcome {
    app.work.held.check_room()?;
    let (scope, begun) = (app.store.scope(&order.tenant), app.clock.now());
    let opening = scope.open_intent(intent_of(&app, &order), begun);
    match opening.instrument(traces::of_store("open intent")).await? {
        Opening::Opened(intent) if app.clock.now() >= later(begun, SEND_WITHIN) => {
            Err(too_late(&app, intent).await)
        }
        Opening::Opened(intent) => send(&app, &order, intent).await,
        Opening::Known(known) => earlier_outcome(&app, &order, known).await,
        Opening::Conflict => Err(ApiError::new(
            Kind::IdempotencyConflict,
            "this `Idempotency-Key` was used with another body; use a new key",
        )
        .about("Idempotency-Key")
        .never_retry()),
        Opening::TooManyLiveTasks { limit } => Err(limits::too_many_live_tasks(limit)),
        Opening::OverBudget { left_usd_micros } => {
            Err(limits::over_budget(reservation(&app, &order), left_usd_micros))
        }
    }
}

/// The process stood still, or the store did: the intent is closed, and nothing was sent.
async fn too_late(app: &App, intent: IntentId) -> ApiError {
    note(app.store.refuse_intent(intent, app.clock.now()).await);
    let text = "the gateway was held up before it could create the task; try again";
    let cause = anyhow::anyhow!("{intent} was opened too long ago");
    ApiError::new(Kind::ServiceUnavailable, text).retry_after(1).because(cause)
}

/// The single POST of this intent, and what is recorded of its outcome.
async fn send(app: &App, order: &Order, intent: IntentId) -> Outcome {
    let model = order.upstream.model_name(order.request.model());
    let body = order.request.upstream_body(model, order.callback_url.as_deref());
    let creating = order.upstream.ark.create_task(body);
    match order.upstream.counted(Call::Create, creating).await {
        Ok(created) => bind(app, order, intent, created).await,
        Err(error) => {
            let now = app.clock.now();
            note(match error.outcome() {
                Sent::NotSent | Sent::Refused => app.store.refuse_intent(intent, now).await,
                Sent::Unknown => app.store.mark_intent_unknown(intent, now).await,
            });
            Err(upstream_error::of_create(&order.upstream, error))
        }
    }
}

/// Without its outcome the intent stays `sent`, which is resolved like an unknown outcome.
fn note(recorded: Result<bool, tenancy::Error>) {
    if let Err(failure) = recorded {
        tracing::error!(cause = %format!("{:#}", anyhow::Error::new(failure)), "outcome of an intent not recorded");
    }
}

/// One commit makes the task the tenant's; only then is the tenant told.
async fn bind(app: &App, order: &Order, intent: IntentId, created: CreatedTask) -> Outcome {
    let now = app.clock.now();
    let task = NewTask {
        id: created.id.clone(),
        body: order.request.first_public_body(&created.id, unix_seconds(now)),
        next_check_at: later(now, app.rules.look_interval),
    };
    match held::bind(app, intent, task).await {
        Ok(Binding::Bound | Binding::AlreadyBound) => Ok(created.id),
        Ok(other) => Err(unbound(&created.id, &other)),
        Err(failure) => Err(upstream_error::unknown_outcome().because(failure)),
    }
}

/// Bought, and not the intent's: the log has the id, and the reconciler finds the task.
fn unbound(id: &TaskId, answer: &Binding) -> ApiError {
    let cause = anyhow::anyhow!("the store answered {answer:?}");
    tracing::error!(task = %id, %cause, "a bought task is not bound");
    upstream_error::unknown_outcome().because(cause)
}

/// What an earlier request with the same key and body came to. Another gateway may be at it just
/// now: that is waited for.
async fn earlier_outcome(app: &App, order: &Order, mut known: Intent) -> Outcome {
    let scope = app.store.scope(&order.tenant);
    let over_at = later(known.opened_at, order.upstream.create_timeout);
    let mut looks = interval(LOOK_AT_OTHERS);
    while app.replica.has_others && known.state == IntentState::Sent && app.clock.now() < over_at {
        looks.tick().await;
        match scope.find_intent(known.id).await? {
            Some(now) => known = now,
            None => break,
        }
    }
    known.task.ok_or_else(upstream_error::unknown_outcome)
}

fn intent_of(app: &App, order: &Order) -> NewIntent {
    NewIntent {
        upstream: order.upstream.name.clone(),
        model: order.request.model(),
        has_video: order.request.has_video(),
        tariff: app.tariffs.current_version().to_owned(),
        terms: terms(&order.request),
        idempotency: order
            .idempotency
            .clone()
            .map(|given| Idempotency { key: given.key, body_sha256: given.body_sha256 }),
        reserve_usd_micros: reservation(app, order).micros(),
    }
}

fn reservation(app: &App, order: &Order) -> UsdAmount {
    limits::reservation(app.tariffs.current(), &order.request)
}

/// What can be compared with an upstream record when the outcome stays unknown; no prompt, no URL.
fn terms(request: &TaskRequest) -> String {
    json!({
        "resolution": request.effective_resolution().name(),
        "ratio": request.effective_ratio().name(),
        "duration": request.effective_duration().to_string(),
        "generate_audio": request.effective_generate_audio(),
        "seed": request.seed(),
        "priority": request.effective_priority(),
        "safety_identifier": request.safety_identifier(),
        "execution_expires_after": request.effective_execution_expires_after_seconds(),
    })
    .to_string()
}

/// The id, as the tenant's answer shows it.
pub(crate) fn answer(id: &TaskId) -> String {
    json!({"id": id.as_str()}).to_string()
}
