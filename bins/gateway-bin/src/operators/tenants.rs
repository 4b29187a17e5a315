//! Tenants: listed, shown, created, switched off and on.

use axum::extract::State;
use axum::routing::{get, post};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::{Answer, Answered, Asked, Change, Named, confirmed, invalid};
use super::limits::LimitsOfTenant;
use super::{Desk, Operation, paging};
use crate::acts::tenants::{self, Wanted};
use crate::error::Kind;
use crate::output;

const ALL: &str = "/admin/v1/tenants";
const ONE: &str = "/admin/v1/tenants/{tenant}";
const TAG: &str = "tenants";

/// The tenant of the examples, suspended or not.
macro_rules! tenant {
    ($suspended:literal) => {
        concat!(
            r#"{"name":"acme","upstream":"default","tasks":true,"assets":true,"suspended":"#,
            $suspended,
            r#","created_at":"2026-11-22T08:00:00Z","limits":{"requests_per_second":50,"#,
            r#""live_tasks":20,"monthly_usd":"500"}}"#
        )
    };
}

/// Which page of a list is wanted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PageQuery {
    /// Only what comes behind this one: `next` of the page before.
    #[schemars(example = &"acme")]
    pub(super) after: Option<String>,
    /// Rows of the page, 100 if not given.
    #[schemars(range(min = 1, max = 500), example = 100)]
    pub(super) limit: Option<u32>,
}

/// A tenant.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Tenant {
    /// Its unique name.
    name: String,
    /// The account that its calls go through, by its name in the configuration.
    upstream: String,
    /// May it use the task operations?
    tasks: bool,
    /// May it use the asset operations?
    assets: bool,
    /// Is it switched off?
    suspended: bool,
    /// When it was created, RFC 3339.
    created_at: String,
    /// What it may do at most.
    limits: LimitsOfTenant,
}

/// Tenants by name, page by page.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Tenants {
    /// The tenants of this page.
    tenants: Vec<Tenant>,
    /// `after` of the next page; `null` on the last one.
    next: Option<String>,
}

/// A tenant to create.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTenant {
    /// 1 to 64 of `a-z`, `0-9`, `-`, `_` and `.`, starting with a letter or digit.
    name: String,
    /// The account that its calls go through.
    #[serde(default = "default_account")]
    upstream: String,
    /// May it use the task operations?
    #[serde(default = "yes")]
    tasks: bool,
    /// May it use the asset operations?
    #[serde(default = "yes")]
    assets: bool,
}

/// Nothing more is to be said.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// That it is meant.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirmation {
    /// `true`: it is meant.
    #[serde(default)]
    pub(super) confirm: bool,
}

fn default_account() -> String {
    "default".to_owned()
}

fn yes() -> bool {
    true
}

impl From<tenancy::Tenant> for Tenant {
    fn from(tenant: tenancy::Tenant) -> Self {
        Self {
            name: tenant.name.to_string(),
            upstream: tenant.upstream,
            tasks: tenant.tasks_enabled,
            assets: tenant.assets_enabled,
            suspended: tenant.suspended,
            created_at: output::time(tenant.created_at),
            limits: tenant.limits.into(),
        }
    }
}

async fn list(State(desk): State<Desk>, Asked(asked): Asked<PageQuery>) -> Answered<Tenants> {
    let limit = paging::limit(asked.limit)?;
    let after = asked.after.as_deref().map(tenants::name).transpose();
    let after = after.map_err(|error| invalid("after", error.to_string()))?;
    let rows = desk.app().store.tenants_page(after.as_ref(), limit + 1).await?;
    let (rows, next) = paging::cut(rows, limit, |tenant| tenant.name.to_string());
    Ok(Answer(Tenants { tenants: rows.into_iter().map(Tenant::from).collect(), next }))
}

async fn show(State(desk): State<Desk>, Named(name): Named) -> Answered<Tenant> {
    Ok(Answer(tenants::find(&desk.app().store, &name).await?.into()))
}

async fn create(State(desk): State<Desk>, change: Change<NewTenant>) -> Answered<Tenant> {
    let NewTenant { name, upstream, tasks, assets } = change.body;
    let wanted = Wanted { name: &name, upstream: &upstream, tasks, assets };
    let app = desk.app();
    let accounts: Vec<&str> = app.upstreams.iter().map(|known| known.name.as_str()).collect();
    let created = tenants::create(&app.store, &accounts, wanted, change.by).await?;
    Ok(Answer(created.into()))
}

async fn suspend(
    State(desk): State<Desk>,
    Named(name): Named,
    change: Change<Confirmation>,
) -> Answered<Tenant> {
    let tenant = tenants::find(&desk.app().store, &name).await?;
    confirmed(change.body.confirm, &format!("all requests of `{}` would be refused", tenant.name))?;
    Ok(Answer(tenants::suspend(&desk.app().store, &name, true, change.by).await?.into()))
}

async fn resume(
    State(desk): State<Desk>,
    Named(name): Named,
    change: Change<Nothing>,
) -> Answered<Tenant> {
    let Nothing {} = change.body;
    Ok(Answer(tenants::suspend(&desk.app().store, &name, false, change.by).await?.into()))
}

pub(super) fn operations() -> Vec<Operation> {
    const ABSENT: &[Kind] = &[Kind::TenantNotFound];
    vec![
        Operation::new(["GET", ALL, "listTenants"], TAG, "List the tenants, by name.", || {
            get(list)
        })
        .asking::<PageQuery>()
        .answering::<Tenants>(concat!(
            r#"{"tenants":["#,
            tenant!("false"),
            r#"],"next":null}"#
        )),
        Operation::new(["POST", ALL, "createTenant"], TAG, "Create a tenant.", || post(create))
            .taking::<NewTenant>(r#"{"name":"acme","assets":true}"#)
            .answering::<Tenant>(tenant!("false"))
            .refusing(&[Kind::TenantExists]),
        Operation::new(["GET", ONE, "getTenant"], TAG, "Show one tenant.", || get(show))
            .answering::<Tenant>(tenant!("false"))
            .refusing(ABSENT),
        Operation::new(
            ["POST", "/admin/v1/tenants/{tenant}/suspend", "suspendTenant"],
            TAG,
            "Refuse all requests of a tenant; its tasks go on.",
            || post(suspend),
        )
        .taking::<Confirmation>(r#"{"confirm":true}"#)
        .answering::<Tenant>(tenant!("true"))
        .refusing(&[Kind::TenantNotFound, Kind::ConfirmationRequired]),
        Operation::new(
            ["POST", "/admin/v1/tenants/{tenant}/resume", "resumeTenant"],
            TAG,
            "Accept requests of a suspended tenant again.",
            || post(resume),
        )
        .taking::<Nothing>("{}")
        .answering::<Tenant>(tenant!("false"))
        .refusing(ABSENT),
    ]
}
