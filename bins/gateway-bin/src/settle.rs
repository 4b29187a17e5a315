//! From the upstream's report to one stored transition, and to one ledger row if it succeeded.
//!
//! The rule of money (section 3 of the public contract): final resolution and usage of the reply,
//! the tariff of the creation, only success, exactly once. Usage that makes no sense is set aside
//! for a person, never charged and never dropped.

use std::time::Duration;

use seedance_model::{Model, Resolution, TaskId, TaskReport, TaskStatus, Usage};
use seedance_pricing::{Sku, Tariff, TokenCount, VideoInput};
use tenancy::{NewLedgerEntry, Observation, Recorded, Settlement, UnixMillis};
use tracing::Instrument as _;

use crate::app::App;
use crate::clock::later;
use crate::followed::Followed;
use crate::metrics::{Ending, Oddity};
use crate::upstream::Upstream;
use crate::{limits, traces};

/// A task of this age is looked at no more often than every [`SLOWEST_LOOK`].
const SLOWEST_LOOK: Duration = Duration::from_mins(1);
/// The pause between two looks grows to this share of the task's age.
const PAUSE_SHARE_OF_AGE: i64 = 60;

/// Records what the upstream says of `task`.
pub(crate) async fn record(
    app: &App,
    upstream: &Upstream,
    task: &Followed,
    report: &TaskReport,
) -> anyhow::Result<Recorded> {
    let now = app.clock.now();
    let settlement = settlement_of(app, task, report).await?;
    if let Settlement::Quarantine { reason, usage } = &settlement {
        tracing::error!(task = %task.id, reason, usage, "a success is quarantined");
    }
    let known = report.status();
    note_oddities(upstream, task, known);
    let body =
        known.map(|_| report.public_body(task.model, |text| upstream.redactor.message(text)));
    let observation = Observation {
        task: task.id.clone(),
        status: known,
        body,
        observed_at: now,
        next_check_at: next_look(app.rules.look_interval, task, now),
        settlement,
    };
    let (ending, charge) = (ending_of(&observation), charged(&observation));
    let recording = app.store.record_observation(observation);
    let recorded = recording.instrument(traces::of_store("record observation")).await?;
    if let (Recorded::AlreadyTerminal, Some(charge)) = (&recorded, &charge) {
        compare_usage(app, upstream, task, charge.tokens).await?;
    }
    if let (Recorded::Changed, Some(ending)) = (&recorded, ending) {
        upstream.metrics.settled(ending);
        let charged_usd_micros = charge.map(|charge| charge.charge_usd_micros);
        limits::hold_against_reservation(app, &task.id, charged_usd_micros).await;
    }
    Ok(recorded)
}

/// What the upstream should not say; neither changes what is stored.
fn note_oddities(upstream: &Upstream, task: &Followed, told: Option<TaskStatus>) {
    if told.is_none() {
        tracing::warn!(task = %task.id, "the upstream reports a status that nobody knows");
        upstream.metrics.odd_reply(&upstream.name, Oddity::UnknownStatus);
    }
    if task.status == TaskStatus::Running && told == Some(TaskStatus::Queued) {
        tracing::warn!(task = %task.id, "the upstream reports an earlier status than before");
        upstream.metrics.odd_reply(&upstream.name, Oddity::StepBack);
    }
}

/// A late look at a task that was charged: the charge stays, whatever the upstream says by now.
async fn compare_usage(
    app: &App,
    upstream: &Upstream,
    task: &Followed,
    tokens: u64,
) -> anyhow::Result<()> {
    let rows = app.store.ledger_of_task(&task.id).await?;
    let Some(charge) = rows.first() else { return Ok(()) };
    if u64::try_from(charge.tokens).ok() != Some(tokens) {
        let charged = charge.tokens;
        tracing::error!(task = %task.id, charged, tokens, "the usage of a charged task has changed");
        upstream.metrics.odd_reply(&upstream.name, Oddity::OtherUsage);
    }
    Ok(())
}

/// The charge, should this observation be the one that ends the task.
fn charged(observation: &Observation) -> Option<NewLedgerEntry> {
    match &observation.settlement {
        Settlement::Charge(entry) => Some(entry.clone()),
        Settlement::None | Settlement::Free | Settlement::Quarantine { .. } => None,
    }
}

fn ending_of(observation: &Observation) -> Option<Ending> {
    match observation.settlement {
        Settlement::None => None,
        Settlement::Charge(_) => Some(Ending::Charged),
        Settlement::Free => Some(Ending::Free),
        Settlement::Quarantine { .. } => Some(Ending::Quarantined),
    }
}

/// Young tasks are looked at often, old ones rarely; those of one age not all at once.
fn next_look(shortest: Duration, task: &Followed, now: UnixMillis) -> UnixMillis {
    let age_millis = now.0.saturating_sub(task.created_at.0).max(0);
    let share = u64::try_from(age_millis / PAUSE_SHARE_OF_AGE).unwrap_or_default();
    let pause = Duration::from_millis(share).min(SLOWEST_LOOK);
    later(now, (pause + jitter(pause, &task.id)).max(shortest))
}

/// Up to an eighth of the pause, the same for a task at any time.
fn jitter(pause: Duration, id: &TaskId) -> Duration {
    let id_hash = crc32fast::hash(id.as_str().as_bytes());
    pause / 8 / 256 * (id_hash % 256)
}

async fn settlement_of(
    app: &App,
    task: &Followed,
    report: &TaskReport,
) -> anyhow::Result<Settlement> {
    match report.status() {
        Some(TaskStatus::Succeeded) => {
            let tariff = app.tariffs.of_version(&task.tariff).await?;
            Ok(charge_or_quarantine(&tariff, task, report))
        }
        Some(TaskStatus::Failed | TaskStatus::Expired | TaskStatus::Cancelled) => {
            Ok(Settlement::Free)
        }
        Some(TaskStatus::Queued | TaskStatus::Running) | None => Ok(Settlement::None),
    }
}

fn charge_or_quarantine(tariff: &Tariff, task: &Followed, report: &TaskReport) -> Settlement {
    match entry_of(tariff, task, report) {
        Ok(entry) => Settlement::Charge(entry),
        Err((reason, usage)) => Settlement::Quarantine { reason, usage },
    }
}

/// The ledger entry, or why there is none and what the usage said.
fn entry_of(
    tariff: &Tariff,
    task: &Followed,
    report: &TaskReport,
) -> Result<NewLedgerEntry, (String, String)> {
    let tokens = match report.usage() {
        Usage::Tokens(count) => {
            TokenCount::new(count).map_err(|error| (error.to_string(), count.to_string()))?
        }
        Usage::Absent => return Err(("the reply has no usage".to_owned(), String::new())),
        Usage::Nonsense(text) => {
            return Err(("the usage is no positive whole number".to_owned(), text));
        }
    };
    let Some(resolution) = report.resolution() else {
        return Err(("the reply has no known resolution".to_owned(), tokens.to_string()));
    };
    Ok(charge_of(tariff, task.model, task.has_video, resolution, tokens))
}

/// What a success costs: its one charge, by the tariff of its creation.
pub(crate) fn charge_of(
    tariff: &Tariff,
    model: Model,
    has_video: bool,
    resolution: Resolution,
    tokens: TokenCount,
) -> NewLedgerEntry {
    let sku = Sku::of(model, resolution, VideoInput::of(has_video));
    let charge = tariff.charge(sku, tokens);
    NewLedgerEntry {
        sku: sku.name().to_owned(),
        resolution: resolution.name().to_owned(),
        tokens: tokens.get(),
        price_cny_micros_per_million: charge.price.micros(),
        cny_per_usd_micros: charge.cny_per_usd.micros(),
        rate_usd_micros_per_million: charge.rate.micros(),
        charge_cny_micros: charge.charge_cny.micros(),
        charge_usd_micros: charge.charge_usd.micros(),
    }
}
