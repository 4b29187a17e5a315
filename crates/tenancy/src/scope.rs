//! A tenant's part of the store.

use crate::backend::Backend;
#[cfg(feature = "postgres")]
use crate::postgres::Whose;
use crate::{Store, Tenant, TenantId};

/// The rows of one tenant, and no way to say another's.
///
/// Every statement behind it is narrowed by the tenant's id. What another tenant owns and what
/// does not exist give the same answer, by the same way through the same index.
#[derive(Clone, Debug)]
pub struct TenantScope {
    pub(crate) store: Store,
    pub(crate) tenant: TenantId,
}

impl Store {
    /// The part of the store that belongs to this tenant. Cheap: nothing is read.
    pub fn scope(&self, tenant: &Tenant) -> TenantScope {
        TenantScope { store: self.clone(), tenant: tenant.id }
    }
}

impl TenantScope {
    pub(crate) fn backend(&self) -> &Backend {
        self.store.backend()
    }

    /// Of the rows, a transaction of this scope sees the tenant's only.
    #[cfg(feature = "postgres")]
    pub(crate) fn whose(&self) -> Whose {
        Whose::Tenant(self.tenant)
    }
}
