//! What a tenant may do at most, and how much of it is used.
//!
//! Live tasks and money are decided on in the transaction that opens an intent, from counters that
//! the database keeps by itself, with or without a limit. Requests are for the caller to count.

use std::fmt;
use std::num::NonZeroU32;

use seedance_model::TaskId;

use crate::backend::{reading, writing};
use crate::{Actor, Error, Store, Tenant, TenantId, TenantName, UnixMillis};

/// The limits of a tenant. `None`: there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Requests a second. The store only keeps this.
    pub requests_per_second: Option<NonZeroU32>,
    /// Tasks that have not ended, and creates without a known outcome.
    pub live_tasks: Option<u32>,
    /// What the creates of a calendar month (UTC) may cost together, in millionths of a USD.
    pub monthly_usd_micros: Option<i64>,
}

/// A limit that is set, or lifted by `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitChange {
    /// [`Limits::requests_per_second`].
    RequestsPerSecond(Option<NonZeroU32>),
    /// [`Limits::live_tasks`].
    LiveTasks(Option<u32>),
    /// [`Limits::monthly_usd_micros`], 0 or more.
    MonthlyUsdMicros(Option<i64>),
}

/// How much of its limits a tenant uses, whether it has any or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitUse {
    /// Tasks that have not ended, and creates without a known outcome.
    pub live_tasks: u64,
    /// What the month's creates cost so far, corrections included, in millionths of a USD.
    pub charged_usd_micros: i64,
    /// What those of them may cost at most that are not settled yet, in millionths of a USD.
    pub reserved_usd_micros: i64,
}

impl Limits {
    /// These limits with one of them changed.
    #[must_use]
    pub fn with(self, change: LimitChange) -> Self {
        match change {
            LimitChange::RequestsPerSecond(limit) => Self { requests_per_second: limit, ..self },
            LimitChange::LiveTasks(limit) => Self { live_tasks: limit, ..self },
            LimitChange::MonthlyUsdMicros(limit) => Self { monthly_usd_micros: limit, ..self },
        }
    }
}

impl LimitUse {
    /// What a month with this cap has left for further creates; never negative.
    pub fn left_usd_micros(&self, cap_usd_micros: i64) -> i64 {
        // Beyond 64 bits nothing is left either.
        let taken = self.charged_usd_micros.checked_add(self.reserved_usd_micros);
        taken.and_then(|taken| cap_usd_micros.checked_sub(taken)).unwrap_or(0).max(0)
    }
}

/// All limits in one line, as the audit log keeps them.
impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |limit: Option<String>| limit.unwrap_or_else(|| "none".to_owned());
        let usd = |micros: i64| format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
        let (requests, tasks) = (self.requests_per_second, self.live_tasks);
        write!(f, "requests-per-second {}, ", text(requests.map(|limit| limit.to_string())))?;
        write!(f, "live-tasks {}, ", text(tasks.map(|limit| limit.to_string())))?;
        write!(f, "monthly-usd {}", text(self.monthly_usd_micros.map(usd)))
    }
}

impl Store {
    /// Changes limits of a tenant, and answers how it is now. `None`: no tenant has this name.
    ///
    /// The audit log says what held before and after, unless that is the same. A limit below what
    /// is used already refuses what is new, and touches nothing that is there.
    pub async fn change_limits(
        &self,
        name: &TenantName,
        changes: Vec<LimitChange>,
        actor: impl Into<Actor>,
        now: UnixMillis,
    ) -> Result<Option<Tenant>, Error> {
        let (name, actor) = (name.clone(), actor.into());
        writing!(
            self,
            "change the limits of a tenant",
            limits::change(&name, &changes, &actor, now),
            storing[actor.name(), actor.request_text()]
        )
    }

    /// How much a tenant uses, in the month of `now`. No steps that grow with its rows.
    pub async fn limit_use(&self, tenant: TenantId, now: UnixMillis) -> Result<LimitUse, Error> {
        reading!(self, "read how much a tenant uses", limits::used(tenant, now))
    }

    /// What was reserved for a task when it was ordered, in millionths of a USD, whoever owns it.
    pub async fn reservation(&self, task: &TaskId) -> Result<Option<i64>, Error> {
        let task = task.clone();
        reading!(self, "find a reservation", limits::reservation(&task))
    }
}
