//! Tenants: found, created, switched off and on.

use tenancy::{NewTenant, Store, Tenant, TenantName};

use super::{By, Failure, Reason};

/// A tenant to create, as it was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) name: &'a str,
    pub(crate) upstream: &'a str,
    pub(crate) tasks: bool,
    pub(crate) assets: bool,
}

/// The name that `text` spells.
pub(crate) fn name(text: &str) -> Result<TenantName, Failure> {
    TenantName::parse(text)
        .map_err(|error| Failure::new(Reason::Invalid("name"), error.to_string()))
}

/// The tenant of that name, or an error that says so.
pub(crate) async fn find(store: &Store, text: &str) -> Result<Tenant, Failure> {
    store.find_tenant(&name(text)?).await?.ok_or_else(|| nobody(text))
}

/// Creates a tenant of one of the configured accounts; a taken name is an error.
pub(crate) async fn create(
    store: &Store,
    accounts: &[&str],
    wanted: Wanted<'_>,
    by: By,
) -> Result<Tenant, Failure> {
    let Wanted { name: text, upstream, tasks, assets } = wanted;
    if !accounts.contains(&upstream) {
        let known = accounts.join("`, `");
        let text =
            format!("no upstream `{}` is configured; use `{known}`", upstream.escape_debug());
        return Err(Failure::new(Reason::Invalid("upstream"), text));
    }
    let tenant = NewTenant {
        name: name(text)?,
        upstream: upstream.to_owned(),
        tasks_enabled: tasks,
        assets_enabled: assets,
    };
    let created = store.create_tenant_as(tenant, by.actor, by.now).await?;
    let taken = || Failure::new(Reason::NameTaken, format!("a tenant `{text}` exists already"));
    created.ok_or_else(taken)
}

/// Switches a tenant off or on, and answers how it is now.
pub(crate) async fn suspend(
    store: &Store,
    text: &str,
    suspended: bool,
    by: By,
) -> Result<Tenant, Failure> {
    let tenant = store.set_suspended_as(&name(text)?, suspended, by.actor, by.now).await?;
    tenant.ok_or_else(|| nobody(text))
}

pub(super) fn nobody(name: &str) -> Failure {
    Failure::new(Reason::NoTenant, format!("there is no tenant `{name}`"))
}
