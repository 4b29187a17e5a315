//! `phanedge tenant`: who may use the gateway. Works beside a running server.

mod limits;

use anyhow::{Context as _, bail};
use tenancy::{NewTenant, Store, Tenant, TenantName};

use super::arguments::{Capability, ConfigPath, TenantCommand};
use super::{Misuse, load};
use crate::clock::Clock;
use crate::output::{self, Format};

pub(super) async fn run(config: ConfigPath, command: TenantCommand) -> anyhow::Result<()> {
    let config = load(&config.path)?;
    let store = Store::open(&config.store_url).await?;
    let upstreams: Vec<&str> = config.upstreams.iter().map(|known| known.name.as_str()).collect();
    let done = carry_out(&store, &upstreams, command).await;
    store.close().await?;
    done
}

async fn carry_out(
    store: &Store,
    upstreams: &[&str],
    command: TenantCommand,
) -> anyhow::Result<()> {
    match command {
        TenantCommand::Create { name, upstream, without } => {
            if !upstreams.contains(&upstream.as_str()) {
                let known = upstreams.join("`, `");
                bail!(Misuse(format!("no upstream `{upstream}` is configured; use `{known}`")));
            }
            let tenant = create(store, &name, &upstream, &without).await?;
            output::line(&format!("tenant `{}` is created", tenant.name))?;
        }
        TenantCommand::List { rows } => print(&store.list_tenants().await?, rows.format)?,
        TenantCommand::Show { name, rows } => print(&[find(store, &name).await?], rows.format)?,
        TenantCommand::Limits { name, options } => limits::run(store, &name, options).await?,
        TenantCommand::Suspend { name } => suspend(store, &name, true).await?,
        TenantCommand::Resume { name } => suspend(store, &name, false).await?,
    }
    Ok(())
}

/// Creates a tenant; a taken name is an error.
pub(super) async fn create(
    store: &Store,
    name: &str,
    upstream: &str,
    without: &[Capability],
) -> anyhow::Result<Tenant> {
    let tenant = NewTenant {
        name: tenant_name(name)?,
        upstream: upstream.to_owned(),
        tasks_enabled: !without.contains(&Capability::Tasks),
        assets_enabled: !without.contains(&Capability::Assets),
    };
    let created = store.create_tenant(tenant, Clock::system().now()).await?;
    created.with_context(|| format!("a tenant `{name}` exists already"))
}

/// The tenant of that name, or an error that says so.
pub(super) async fn find(store: &Store, name: &str) -> anyhow::Result<Tenant> {
    let tenant = store.find_tenant(&tenant_name(name)?).await?;
    tenant.with_context(|| format!("there is no tenant `{name}`"))
}

async fn suspend(store: &Store, name: &str, suspended: bool) -> anyhow::Result<()> {
    let now = Clock::system().now();
    let tenant = store.set_suspended(&tenant_name(name)?, suspended, now).await?;
    let tenant = tenant.with_context(|| format!("there is no tenant `{name}`"))?;
    let state = if tenant.suspended { "suspended" } else { "active" };
    output::line(&format!("tenant `{name}` is {state}"))?;
    Ok(())
}

fn tenant_name(name: &str) -> Result<TenantName, Misuse> {
    TenantName::parse(name).map_err(|error| Misuse(error.to_string()))
}

fn print(tenants: &[Tenant], format: Format) -> anyhow::Result<()> {
    let columns = [
        "name",
        "upstream",
        "tasks",
        "assets",
        "state",
        "created_at",
        "requests_per_second",
        "live_tasks",
        "monthly_usd",
    ];
    let rows: Vec<Vec<String>> = tenants.iter().map(row).collect();
    output::rows(format, &columns, &rows)
}

fn row(tenant: &Tenant) -> Vec<String> {
    let open = |enabled| if enabled { "open" } else { "closed" }.to_owned();
    let state = if tenant.suspended { "suspended" } else { "active" };
    let of_tenant = [
        tenant.name.to_string(),
        tenant.upstream.clone(),
        open(tenant.tasks_enabled),
        open(tenant.assets_enabled),
        state.to_owned(),
        output::time(tenant.created_at),
    ];
    of_tenant.into_iter().chain(limits::texts(tenant.limits)).collect()
}
