//! Which found task belongs to which intent. Pure: no store, no clock, no upstream.
//!
//! A task is adopted only where no other reading exists. Where several intents could have bought
//! it, it is adopted only if the choice makes no difference: one tenant, one price. Which of equal
//! intents an earlier search closed was a choice too, so those count as well.

use seedance_model::{Model, TaskReport};
use serde_json::{Map, Value};
use tenancy::{IntentId, TenantId};

/// An intent, as something that a task can be compared with.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) intent: IntentId,
    pub(super) tenant: TenantId,
    pub(super) model: Model,
    /// What decides on the price: reference video, and tariff.
    pub(super) price: (bool, String),
    /// What was asked for.
    pub(super) terms: Map<String, Value>,
    /// When its task can have been created, in Unix seconds.
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) standing: Standing,
}

/// What may be done for a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its create is under way: it will bind its task itself, and nobody else may have it.
    UnderWay,
    /// Nobody is working on it: its task may be adopted.
    Orphan,
    /// A search closed it, maybe with the task of an equal one: it can get no task any more, and
    /// keeps those of other tenants off what may be its own.
    Closed,
}

/// A task that no tenant owns.
#[derive(Debug)]
pub(super) struct Stray {
    pub(super) report: TaskReport,
}

/// What is to be done with a stray.
#[derive(Debug)]
pub(super) enum Verdict<'a> {
    /// The task is this intent's.
    Adopt { claim: &'a Claim, stray: &'a Stray },
    /// It can be that of so many intents, and it matters which.
    Ambiguous { stray: &'a Stray, claims: usize },
}

impl Stray {
    pub(super) fn new(report: TaskReport) -> Self {
        Self { report }
    }

    /// Whether the intent can have bought this task.
    fn fits(&self, claim: &Claim) -> bool {
        let model = self.report.model_text().and_then(|name| Model::parse(name).ok());
        let created = self.report.created_at();
        model == Some(claim.model)
            && created.is_some_and(|at| (claim.from..=claim.until).contains(&at))
            && self.has_terms(&claim.terms)
    }

    /// Compares what both sides say; a queued task does not tell everything yet.
    fn has_terms(&self, terms: &Map<String, Value>) -> bool {
        let report = &self.report;
        let agrees = |term: &str, told: Option<Value>| {
            let asked = terms.get(term).filter(|asked| !asked.is_null());
            asked.zip(told.as_ref()).is_none_or(|(asked, told)| asked == told)
        };
        let same_user =
            terms.get("safety_identifier").and_then(Value::as_str) == report.safety_identifier();
        let ratio = report.ratio_text().filter(|_| is_fixed(terms, "ratio", "adaptive"));
        let duration = report.duration().filter(|_| is_fixed(terms, "duration", "-1"));
        same_user
            && agrees("resolution", report.resolution().map(|tier| tier.name().into()))
            && agrees("ratio", ratio.map(Value::from))
            && agrees("duration", duration.map(|seconds| seconds.to_string().into()))
            && agrees(
                "seed",
                report.seed().filter(|_| is_fixed(terms, "seed", "-1")).map(Value::from),
            )
            && agrees("priority", report.priority().map(Value::from))
            && agrees("generate_audio", report.generate_audio().map(Value::from))
            && agrees(
                "execution_expires_after",
                report.execution_expires_after_seconds().map(Value::from),
            )
    }
}

/// Whether the request fixed this term itself, instead of leaving it to the model.
fn is_fixed(terms: &Map<String, Value>, term: &str, open: &str) -> bool {
    let asked =
        terms.get(term).map(|asked| asked.as_str().map_or(asked.to_string(), str::to_owned));
    asked.is_some_and(|asked| asked != open)
}

/// Decides on every stray, oldest first, so that two tasks of two equal intents keep their order.
pub(super) fn decide<'a>(claims: &'a [Claim], strays: &'a [Stray]) -> Vec<Verdict<'a>> {
    let mut oldest_first: Vec<&Stray> = strays.iter().collect();
    oldest_first.sort_by_key(|stray| (stray.report.created_at(), stray.report.id().as_str()));
    let mut taken: Vec<IntentId> = Vec::new();
    let mut verdicts = Vec::new();
    for stray in oldest_first {
        let fitting: Vec<&Claim> = claims.iter().filter(|claim| stray.fits(claim)).collect();
        if fitting.iter().any(|claim| claim.standing == Standing::UnderWay) {
            continue;
        }
        let is_free =
            |claim: &&&Claim| claim.standing == Standing::Orphan && !taken.contains(&claim.intent);
        let Some(first) = fitting.iter().find(is_free) else { continue };
        // All that fit have a say, those too that have got a task: it may be this one's.
        let alike = |claim: &&Claim| claim.tenant == first.tenant && claim.price == first.price;
        if fitting.iter().all(alike) {
            taken.push(first.intent);
            verdicts.push(Verdict::Adopt { claim: first, stray });
        } else {
            verdicts.push(Verdict::Ambiguous { stray, claims: fitting.len() });
        }
    }
    verdicts
}
