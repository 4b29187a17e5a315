//! The limits of a tenant, as requests meet them: what a create reserves, what a refusal says, and
//! how often a tenant may call (`limits/request_rates.rs`).
//!
//! Whether there is room for a create is decided in the store, in the transaction that opens its
//! intent; nothing here counts tasks or money.

mod request_rates;

use seedance_model::{TaskId, TaskRequest};
use seedance_pricing::{Sku, Tariff, UsdAmount, VideoInput, most_tokens};

use crate::app::App;
use crate::error::{ApiError, Kind};
use crate::verdict::Reason;
pub(crate) use request_rates::RequestRates;

/// When a tenant with too many live tasks is told to come back, in seconds: tasks take minutes.
const RETRY_AFTER_SECONDS: u64 = 5;

/// The most that the request can cost: a cap that is to hold has to reserve all of it.
pub(crate) fn reservation(tariff: &Tariff, request: &TaskRequest) -> UsdAmount {
    let resolution = request.effective_resolution();
    let video_input = VideoInput::of(request.has_video());
    let (ratio, duration) = (request.effective_ratio(), request.effective_duration());
    let tokens = most_tokens(resolution, ratio, duration, video_input);
    let sku = Sku::of(request.model(), resolution, video_input);
    tariff.charge(sku, tokens).charge_usd
}

/// The tenant has as many live tasks as it may have.
pub(crate) fn too_many_live_tasks(limit: u32) -> ApiError {
    let text = format!(
        "this account may have {limit} live tasks at a time; wait until one has ended, or cancel one"
    );
    ApiError::new(Kind::TooManyLiveTasks, text)
        .retry_after(RETRY_AFTER_SECONDS)
        .verdict(Reason::LiveTasks)
}

/// The month's cap does not have this much left.
pub(crate) fn over_budget(reservation: UsdAmount, left_usd_micros: i64) -> ApiError {
    let left = UsdAmount::from_micros(left_usd_micros);
    let text = format!(
        "this task may cost up to {reservation} USD, and this month's spending cap has {left} USD left"
    );
    ApiError::new(Kind::BudgetExceeded, text).never_retry().verdict(Reason::BudgetExceeded)
}

/// Says so if a task cost more than was reserved for it. It is charged all the same: the cap was
/// kept by an upper bound that was none.
pub(crate) async fn hold_against_reservation(app: &App, task: &TaskId, charged: Option<i64>) {
    let Some(charged) = charged else { return };
    // What was ordered before there were reservations has none.
    let reserved = app.store.reservation(task).await;
    let reserved = reserved.ok().flatten().filter(|micros| (1..charged).contains(micros));
    if let Some(reserved) = reserved.map(UsdAmount::from_micros) {
        let charged = UsdAmount::from_micros(charged);
        tracing::warn!(%task, %charged, %reserved, "a charge is above its reservation");
    }
}
