//! What a tenant may do at most: shown with what is used, set, lifted.

use std::num::NonZeroU32;

use axum::extract::State;
use axum::routing::{get, patch};
use schemars::JsonSchema;
use seedance_pricing::UsdAmount;
use serde::{Deserialize, Deserializer, Serialize};
use tenancy::{LimitChange, LimitUse, Limits, Tenant, UnixMillis};

use super::call::{Answer, Answered, Change, Named, invalid};
use super::{Desk, Operation};
use crate::acts::limits::{self, usd};
use crate::acts::tenants;
use crate::error::{ApiError, Kind};
use crate::output;

const PATH: &str = "/admin/v1/tenants/{tenant}/limits";
const TAG: &str = "limits";

/// The limits of a tenant; `null`: there is none.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LimitsOfTenant {
    /// Requests a second, on all routes together and in each gateway.
    requests_per_second: Option<NonZeroU32>,
    /// Tasks that have not ended, and creates without a known outcome.
    live_tasks: Option<u32>,
    /// What the creates of a calendar month (UTC) may cost at most, a decimal.
    monthly_usd: Option<String>,
}

/// Limits, and how much of them is used.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LimitsAndUse {
    /// The name of the tenant.
    tenant: String,
    /// What it may do at most.
    limits: LimitsOfTenant,
    /// What it uses, whether it has limits or not.
    used: Used,
}

/// What a tenant uses of its limits.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Used {
    /// Tasks that have not ended, and creates without a known outcome.
    live_tasks: u64,
    /// The month that the amounts are of, such as `2026-11` (UTC).
    month: String,
    /// What the month's creates cost so far, corrections included.
    charged_usd: String,
    /// What those of them may cost at most that are not settled yet.
    reserved_usd: String,
    /// What the month has left; `null`: there is no cap.
    left_usd: Option<String>,
}

/// Limits to change. What is left out stays as it is, and `null` lifts a limit.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitChanges {
    /// Requests a second, from 1.
    #[serde(default)]
    #[schemars(with = "Option<NonZeroU32>")]
    requests_per_second: Wanted<NonZeroU32>,
    /// Tasks that have not ended; 0 refuses every create.
    #[serde(default)]
    #[schemars(with = "Option<u32>")]
    live_tasks: Wanted<u32>,
    /// What a month may cost: a decimal in quotes, with at most 6 decimals.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    monthly_usd: Wanted<String>,
}

/// What is wanted of one limit.
#[derive(Debug, Default)]
enum Wanted<T> {
    /// It stays as it is.
    #[default]
    Kept,
    /// It is set, or lifted.
    Changed(Option<T>),
}

/// What is there, `null` included, is a change.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Wanted<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::Changed)
    }
}

impl From<Limits> for LimitsOfTenant {
    fn from(limits: Limits) -> Self {
        Self {
            requests_per_second: limits.requests_per_second,
            live_tasks: limits.live_tasks,
            monthly_usd: limits.monthly_usd_micros.map(usd),
        }
    }
}

impl LimitChanges {
    fn read(self) -> Result<Vec<LimitChange>, ApiError> {
        let mut changes = Vec::new();
        if let Wanted::Changed(limit) = self.requests_per_second {
            changes.push(LimitChange::RequestsPerSecond(limit));
        }
        if let Wanted::Changed(limit) = self.live_tasks {
            changes.push(LimitChange::LiveTasks(limit));
        }
        if let Wanted::Changed(amount) = self.monthly_usd {
            let amount = amount.map(|text| micros(&text)).transpose()?;
            changes.push(LimitChange::MonthlyUsdMicros(amount));
        }
        if changes.is_empty() {
            let text = "give `requests_per_second`, `live_tasks` or `monthly_usd`";
            return Err(invalid("", text.to_owned()));
        }
        Ok(changes)
    }
}

fn micros(text: &str) -> Result<i64, ApiError> {
    let amount = UsdAmount::parse(text);
    amount.map(UsdAmount::micros).map_err(|error| invalid("monthly_usd", error.to_string()))
}

async fn show(State(desk): State<Desk>, Named(name): Named) -> Answered<LimitsAndUse> {
    let tenant = tenants::find(&desk.app().store, &name).await?;
    let now = desk.app().clock.now();
    let used = limits::used(&desk.app().store, &tenant, now).await?;
    Ok(Answer(shown(&tenant, used, now)))
}

async fn change(
    State(desk): State<Desk>,
    Named(name): Named,
    change: Change<LimitChanges>,
) -> Answered<LimitsAndUse> {
    let (changes, now) = (change.body.read()?, change.by.now);
    let tenant = tenants::find(&desk.app().store, &name).await?;
    let tenant = limits::change(&desk.app().store, tenant, changes, change.by).await?;
    let used = limits::used(&desk.app().store, &tenant, now).await?;
    Ok(Answer(shown(&tenant, used, now)))
}

fn shown(tenant: &Tenant, used: LimitUse, now: UnixMillis) -> LimitsAndUse {
    LimitsAndUse {
        tenant: tenant.name.to_string(),
        limits: tenant.limits.into(),
        used: Used {
            live_tasks: used.live_tasks,
            month: output::time(now).chars().take("2026-11".len()).collect(),
            charged_usd: usd(used.charged_usd_micros),
            reserved_usd: usd(used.reserved_usd_micros),
            left_usd: limits::left_usd(tenant, &used),
        },
    }
}

const EXAMPLE: &str = r#"{"tenant":"acme","limits":{"requests_per_second":50,"live_tasks":null,
    "monthly_usd":"500"},"used":{"live_tasks":3,"month":"2026-11","charged_usd":"12.5",
    "reserved_usd":"2.25","left_usd":"485.25"}}"#;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(
            ["GET", PATH, "getLimits"],
            TAG,
            "Show what a tenant may do, and what it uses.",
            || get(show),
        )
        .answering::<LimitsAndUse>(EXAMPLE)
        .refusing(&[Kind::TenantNotFound]),
        Operation::new(
            ["PATCH", PATH, "changeLimits"],
            TAG,
            "Set limits of a tenant, or lift them with `null`.",
            || patch(change),
        )
        .taking::<LimitChanges>(
            r#"{"requests_per_second":50,"live_tasks":null,"monthly_usd":"500"}"#,
        )
        .answering::<LimitsAndUse>(EXAMPLE)
        .refusing(&[Kind::TenantNotFound]),
    ]
}
