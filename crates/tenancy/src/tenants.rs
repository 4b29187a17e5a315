//! Tenants: who may call, and through which upstream account.

use crate::backend::{reading, writing};
use crate::{Actor, Error, Limits, Store, TenantId, TenantName, UnixMillis};

/// A tenant as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// The store's number for it.
    pub id: TenantId,
    /// Its unique name.
    pub name: TenantName,
    /// The name of the upstream account that its calls go through.
    pub upstream: String,
    /// May it use the task operations?
    pub tasks_enabled: bool,
    /// May it use the asset operations?
    pub assets_enabled: bool,
    /// Is it switched off? Its tokens still tell who it is.
    pub suspended: bool,
    /// When it was created.
    pub created_at: UnixMillis,
    /// What it may do at most.
    pub limits: Limits,
}

/// A tenant to create. It starts unsuspended and without limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTenant {
    /// Its name, which must be free.
    pub name: TenantName,
    /// The name of the upstream account that its calls go through.
    pub upstream: String,
    /// May it use the task operations?
    pub tasks_enabled: bool,
    /// May it use the asset operations?
    pub assets_enabled: bool,
}

impl NewTenant {
    /// What the audit log keeps of it.
    pub(crate) fn for_audit(&self) -> String {
        let open = |enabled| if enabled { "open" } else { "closed" };
        let (tasks, assets) = (open(self.tasks_enabled), open(self.assets_enabled));
        format!("upstream {}, tasks {tasks}, assets {assets}", self.upstream)
    }
}

/// What the audit log says of a tenant that is switched off or on: the action and the detail.
pub(crate) fn suspension(suspended: bool) -> (&'static str, &'static str) {
    if suspended {
        ("suspend-tenant", "before: active; after: suspended")
    } else {
        ("resume-tenant", "before: suspended; after: active")
    }
}

impl Store {
    /// Creates a tenant. `None`: the name is taken, and nothing was changed.
    pub async fn create_tenant(
        &self,
        tenant: NewTenant,
        now: UnixMillis,
    ) -> Result<Option<Tenant>, Error> {
        self.create(tenant, None, now).await
    }

    /// As [`Store::create_tenant`], and the audit log says who did it.
    pub async fn create_tenant_as(
        &self,
        tenant: NewTenant,
        actor: impl Into<Actor>,
        now: UnixMillis,
    ) -> Result<Option<Tenant>, Error> {
        self.create(tenant, Some(actor.into()), now).await
    }

    async fn create(
        &self,
        tenant: NewTenant,
        actor: Option<Actor>,
        now: UnixMillis,
    ) -> Result<Option<Tenant>, Error> {
        let (name, request) = Actor::texts(actor.as_ref());
        writing!(self, "create a tenant", tenants::create(&tenant, actor.as_ref(), now),
            storing [&tenant.upstream, name, request])
    }

    /// The tenant of this name.
    pub async fn find_tenant(&self, name: &TenantName) -> Result<Option<Tenant>, Error> {
        let name = name.clone();
        reading!(self, "find a tenant", tenants::find(&name))
    }

    /// All tenants, by name.
    pub async fn list_tenants(&self) -> Result<Vec<Tenant>, Error> {
        reading!(self, "list the tenants", tenants::list())
    }

    /// A page of the tenants, by name: at most `limit`, from the first one behind `after` on.
    ///
    /// Costs as many steps as it answers rows.
    pub async fn tenants_page(
        &self,
        after: Option<&TenantName>,
        limit: u32,
    ) -> Result<Vec<Tenant>, Error> {
        let after = after.cloned();
        reading!(self, "list some tenants", tenants::page(after.as_ref(), limit))
    }

    /// Switches a tenant off or on, and answers how it is now. `None`: no tenant has this name.
    ///
    /// In force for every [`Store::authenticate`] that starts after this answer.
    pub async fn set_suspended(
        &self,
        name: &TenantName,
        suspended: bool,
        now: UnixMillis,
    ) -> Result<Option<Tenant>, Error> {
        self.suspend_or_resume(name, suspended, None, now).await
    }

    /// As [`Store::set_suspended`], and the audit log says who did it, unless nothing changed.
    pub async fn set_suspended_as(
        &self,
        name: &TenantName,
        suspended: bool,
        actor: impl Into<Actor>,
        now: UnixMillis,
    ) -> Result<Option<Tenant>, Error> {
        self.suspend_or_resume(name, suspended, Some(actor.into()), now).await
    }

    async fn suspend_or_resume(
        &self,
        name: &TenantName,
        suspended: bool,
        actor: Option<Actor>,
        now: UnixMillis,
    ) -> Result<Option<Tenant>, Error> {
        let name = name.clone();
        let (who, request) = Actor::texts(actor.as_ref());
        writing!(self, "suspend or resume a tenant",
            tenants::set_suspended(&name, suspended, actor.as_ref(), now), storing [who, request])
    }
}
