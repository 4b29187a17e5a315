//! Tenants: who may call, and through which upstream account.

use crate::backend::{reading, writing};
use crate::{Error, Limits, Store, TenantId, TenantName, UnixMillis};

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

impl Store {
    /// Creates a tenant. `None`: the name is taken, and nothing was changed.
    pub async fn create_tenant(
        &self,
        tenant: NewTenant,
        now: UnixMillis,
    ) -> Result<Option<Tenant>, Error> {
        writing!(self, "create a tenant", tenants::create(&tenant, now), storing[&tenant.upstream])
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

    /// Switches a tenant off or on, and answers how it is now. `None`: no tenant has this name.
    ///
    /// In force for every [`Store::authenticate`] that starts after this answer.
    pub async fn set_suspended(
        &self,
        name: &TenantName,
        suspended: bool,
        now: UnixMillis,
    ) -> Result<Option<Tenant>, Error> {
        let name = name.clone();
        writing!(self, "suspend or resume a tenant", tenants::set_suspended(&name, suspended, now))
    }
}
