//! Tenants: who may call, and through which upstream account.

use crate::store::Backend;
use crate::{Error, Limits, Store, TenantId, TenantName, UnixMillis, sqlite};

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
        let Backend::Sqlite(db) = self.backend();
        let create = move |tx: &_| sqlite::tenants::create(tx, &tenant, now);
        db.write("create a tenant", create).await
    }

    /// The tenant of this name.
    pub async fn find_tenant(&self, name: &TenantName) -> Result<Option<Tenant>, Error> {
        let Backend::Sqlite(db) = self.backend();
        let name = name.clone();
        db.read("find a tenant", move |tx| sqlite::tenants::find(tx, &name)).await
    }

    /// All tenants, by name.
    pub async fn list_tenants(&self) -> Result<Vec<Tenant>, Error> {
        let Backend::Sqlite(db) = self.backend();
        db.read("list the tenants", sqlite::tenants::list).await
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
        let Backend::Sqlite(db) = self.backend();
        let name = name.clone();
        let set = move |tx: &_| sqlite::tenants::set_suspended(tx, &name, suspended, now);
        db.write("suspend or resume a tenant", set).await
    }
}
