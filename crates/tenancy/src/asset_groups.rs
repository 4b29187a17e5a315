//! A tenant's groups of assets.

use seedance_model::LibraryId;

use crate::backend::reading;
use crate::text::{is_storable, storable};
use crate::{Error, TenantScope, UnixMillis};

/// A group of assets as its tenant sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetGroup {
    /// The upstream's id, which is the tenant's id too.
    pub id: LibraryId,
    /// The name of the upstream account that it is in.
    pub upstream: String,
    /// When its intent was opened.
    pub created_at: UnixMillis,
}

impl TenantScope {
    /// The tenant's group of this id. `None`: not theirs, or not there.
    pub async fn find_group(&self, id: &str) -> Result<Option<AssetGroup>, Error> {
        Ok(self.find_groups(&[id]).await?.pop())
    }

    /// The tenant's groups among these, each once, in the order of their ids; all of one moment.
    ///
    /// What is not theirs and what is not there is left out alike. Any number of ids may be
    /// asked for; each costs one step through an index.
    pub async fn find_groups(&self, ids: &[&str]) -> Result<Vec<AssetGroup>, Error> {
        let tenant = self.tenant;
        let ids = storable(ids);
        reading!(self, "find groups", asset_groups::find(tenant, &ids))
    }

    /// The ids of all groups that the tenant has in an upstream account, newest first.
    pub async fn group_ids(&self, upstream: &str) -> Result<Vec<LibraryId>, Error> {
        if !is_storable(upstream) {
            return Ok(Vec::new());
        }
        let (tenant, upstream) = (self.tenant, upstream.to_owned());
        reading!(self, "list the groups of a tenant", asset_groups::ids(tenant, &upstream))
    }
}
