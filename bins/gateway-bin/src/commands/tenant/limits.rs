//! `phanedge tenant limits`: what a tenant may do at most, and how much of it is used.

use std::fmt::Display;
use std::str::FromStr;

use seedance_pricing::UsdAmount;
use tenancy::{LimitChange, LimitUse, Limits, Store, Tenant, UnixMillis};

use crate::acts::limits::{self, usd};
use crate::acts::tenants;
use crate::commands::Misuse;
use crate::commands::arguments::LimitOptions;
use crate::output::{self, Format};

/// What lifts a limit, and what is shown where there is none.
const NONE: &str = "none";

/// Changes what is given, then prints what holds and what is used.
pub(super) async fn run(store: &Store, name: &str, options: LimitOptions) -> anyhow::Result<()> {
    let (changes, by) = (changes(&options)?, options.actor.acts()?);
    let now = by.now;
    let tenant = tenants::find(store, name).await?;
    let tenant = limits::change(store, tenant, changes, by).await?;
    let used = limits::used(store, &tenant, now).await?;
    print(&tenant, used, now, options.rows.format)
}

fn changes(options: &LimitOptions) -> Result<Vec<LimitChange>, Misuse> {
    let LimitOptions { requests_per_second, live_tasks, monthly_usd, .. } = options;
    let mut changes = Vec::new();
    if let Some(text) = requests_per_second {
        let limit = number(text, "--requests-per-second", "a whole number from 1")?;
        changes.push(LimitChange::RequestsPerSecond(limit));
    }
    if let Some(text) = live_tasks {
        changes.push(LimitChange::LiveTasks(number(text, "--live-tasks", "a whole number")?));
    }
    if let Some(text) = monthly_usd {
        let amount = limit(text, |text| UsdAmount::parse(text).map_err(refused("--monthly-usd")))?;
        changes.push(LimitChange::MonthlyUsdMicros(amount.map(UsdAmount::micros)));
    }
    Ok(changes)
}

/// A limit, or `None` if it is to be lifted.
fn limit<T>(text: &str, read: impl Fn(&str) -> Result<T, Misuse>) -> Result<Option<T>, Misuse> {
    if text == NONE { Ok(None) } else { read(text).map(Some) }
}

fn number<T: FromStr>(text: &str, option: &str, accepted: &str) -> Result<Option<T>, Misuse> {
    let wrong = |_| {
        let up_to = u32::MAX;
        Misuse(format!("`{option} {text}` is no limit; use {accepted} up to {up_to}, or `{NONE}`"))
    };
    limit(text, |text| text.parse().map_err(wrong))
}

fn refused<E: Display>(option: &str) -> impl Fn(E) -> Misuse {
    move |error| Misuse(format!("{option}: {error}, or `{NONE}`"))
}

/// The limits in words, in the order of [`Limits`].
pub(super) fn texts(limits: Limits) -> [String; 3] {
    let text = |limit: Option<String>| limit.unwrap_or_else(|| NONE.to_owned());
    [
        text(limits.requests_per_second.map(|limit| limit.to_string())),
        text(limits.live_tasks.map(|limit| limit.to_string())),
        text(limits.monthly_usd_micros.map(usd)),
    ]
}

fn print(tenant: &Tenant, used: LimitUse, now: UnixMillis, format: Format) -> anyhow::Result<()> {
    let columns = [
        "tenant",
        "requests_per_second",
        "live_tasks",
        "live_tasks_used",
        "monthly_usd",
        "month",
        "charged_usd",
        "reserved_usd",
        "left_usd",
    ];
    let left = limits::left_usd(tenant, &used);
    let [requests, tasks, money] = texts(tenant.limits);
    let row = vec![
        tenant.name.to_string(),
        requests,
        tasks,
        used.live_tasks.to_string(),
        money,
        output::time(now).chars().take("2026-11".len()).collect(),
        usd(used.charged_usd_micros),
        usd(used.reserved_usd_micros),
        left.unwrap_or_else(|| NONE.to_owned()),
    ];
    output::rows(format, &columns, &[row])
}
