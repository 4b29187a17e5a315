//! `phanedge tenant`: who may use the gateway. Works beside a running server.

mod limits;

use tenancy::{Store, Tenant};

use super::arguments::{Actor, Capability, ConfigPath, TenantCommand};
use super::load;
use crate::acts::tenants::{self, Wanted};
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
        TenantCommand::Create { name, upstream, without, actor } => {
            let wanted = Wanted {
                name: &name,
                upstream: &upstream,
                tasks: !without.contains(&Capability::Tasks),
                assets: !without.contains(&Capability::Assets),
            };
            let tenant = tenants::create(store, upstreams, wanted, actor.acts()?).await?;
            output::line(&format!("tenant `{}` is created", tenant.name))?;
        }
        TenantCommand::List { rows } => print(&store.list_tenants().await?, rows.format)?,
        TenantCommand::Show { name, rows } => {
            print(&[tenants::find(store, &name).await?], rows.format)?;
        }
        TenantCommand::Limits { name, options } => limits::run(store, &name, options).await?,
        TenantCommand::Suspend { name, actor } => suspend(store, &name, true, &actor).await?,
        TenantCommand::Resume { name, actor } => suspend(store, &name, false, &actor).await?,
    }
    Ok(())
}

async fn suspend(store: &Store, name: &str, suspended: bool, actor: &Actor) -> anyhow::Result<()> {
    let tenant = tenants::suspend(store, name, suspended, actor.acts()?).await?;
    let state = if tenant.suspended { "suspended" } else { "active" };
    output::line(&format!("tenant `{name}` is {state}"))?;
    Ok(())
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
