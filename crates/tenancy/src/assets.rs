//! A tenant's assets: found by id, with the last status that was seen, and adopted when a create
//! of theirs turns out to have worked.

use seedance_model::{AssetStatus, LibraryId, MediaKind};

use crate::backend::{reading, writing};
use crate::text::storable;
use crate::{Error, TenantScope, UnixMillis};

/// An asset as its tenant sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The upstream's id, which is the tenant's id too.
    pub id: LibraryId,
    /// The group that it is in.
    pub group: LibraryId,
    /// The name of the upstream account that it is in.
    pub upstream: String,
    /// What it is.
    pub kind: MediaKind,
    /// The last status that was seen. `None`: none was seen yet.
    pub status: Option<AssetStatus>,
    /// When its intent was opened; when it was adopted, if it came without one.
    pub created_at: UnixMillis,
    /// Since when this status is seen.
    pub seen_at: Option<UnixMillis>,
}

/// What came of adopting an asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Adoption {
    /// It is the tenant's from now on.
    Adopted,
    /// It was the tenant's before; nothing was changed.
    Known,
    /// The group is not the tenant's, or the asset is somewhere else; nothing was changed.
    Refused,
}

/// An asset as the upstream shows it.
pub(crate) struct Shown {
    pub(crate) group: LibraryId,
    pub(crate) id: LibraryId,
    pub(crate) kind: MediaKind,
    pub(crate) status: AssetStatus,
}

impl TenantScope {
    /// The tenant's asset of this id. `None`: not theirs, or not there.
    pub async fn find_asset(&self, id: &str) -> Result<Option<Asset>, Error> {
        Ok(self.find_assets(&[id]).await?.pop())
    }

    /// The tenant's assets among these, each once, in the order of their ids; all of one moment.
    ///
    /// What is not theirs and what is not there is left out alike. Any number of ids may be
    /// asked for; each costs one step through an index.
    pub async fn find_assets(&self, ids: &[&str]) -> Result<Vec<Asset>, Error> {
        let tenant = self.tenant;
        let ids = storable(ids);
        reading!(self, "find assets", assets::find(tenant, &ids))
    }

    /// Remembers the status of an asset, unless something later is remembered.
    /// `false`: not theirs, or not there.
    ///
    /// The same status again costs a read and no write. It is a note and no rule: no other
    /// method looks at it.
    pub async fn record_asset_status(
        &self,
        id: &str,
        status: AssetStatus,
        now: UnixMillis,
    ) -> Result<bool, Error> {
        let known = self.find_asset(id).await?;
        if known.as_ref().is_some_and(|asset| asset.status != Some(status)) {
            let (tenant, id) = (self.tenant, id.to_owned());
            writing!(
                self,
                "record the status of an asset",
                assets::record_status(tenant, &id, status, now)
            )?;
        }
        Ok(known.is_some())
    }

    /// Makes an asset the tenant's that the upstream shows in the tenant's own group, and that
    /// the store does not know: its create had an unknown outcome.
    ///
    /// It also closes the oldest `unknown` intent of this group and kind, if there is one. A
    /// `sent` one is left alone, because its sender is about to say what came of it.
    pub async fn adopt_asset(
        &self,
        group: &LibraryId,
        id: &LibraryId,
        kind: MediaKind,
        status: AssetStatus,
        now: UnixMillis,
    ) -> Result<Adoption, Error> {
        let tenant = self.tenant;
        let shown = Shown { group: group.clone(), id: id.clone(), kind, status };
        writing!(self, "adopt an asset", adoption::adopt(tenant, &shown, now))
    }
}
