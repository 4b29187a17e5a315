//! What the upstream says about an asset or a group.
//!
//! Open, like the reports about tasks: whatever can be read is read.

use crate::asset_action::AssetAction;
use crate::asset_status::AssetStatus;
use crate::error::Error;
use crate::json::Object;
use crate::library_id::LibraryId;
use crate::media_kind::MediaKind;

/// A lens on the `Result` of an upstream `GetAsset` or `GetAssetGroup`, or on an item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryItem {
    action: AssetAction,
    id: LibraryId,
    body: Object,
}

impl LibraryItem {
    /// Reads the `Result` of `action`, which is `GetAsset` or `GetAssetGroup`; fails only if it is
    /// no JSON object, or has no `Id` that an asset or a group can have.
    pub fn parse(action: AssetAction, result: &[u8]) -> Result<Self, Error> {
        let _ = (action, result);
        todo!()
    }

    /// `Id`.
    pub fn id(&self) -> &LibraryId {
        &self.id
    }

    /// `GroupId`: the group that an asset is in.
    pub fn group_id(&self) -> Option<LibraryId> {
        let _ = &self.body;
        todo!()
    }

    /// `Status` of an asset; `None` for one that nobody knows, see [`LibraryItem::status_text`].
    pub fn status(&self) -> Option<AssetStatus> {
        todo!()
    }

    /// `Status` as it was written; empty if there is none.
    pub fn status_text(&self) -> &str {
        todo!()
    }

    /// `AssetType` of an asset.
    pub fn asset_type(&self) -> Option<MediaKind> {
        todo!()
    }

    /// The `Result` for a tenant: the documented fields only, as compact JSON.
    ///
    /// The tenant's own names and descriptions, status and URL pass as they are. What else the
    /// upstream wrote in words goes through `redact`.
    pub fn public_body(&self, redact: impl Fn(&str) -> String) -> Vec<u8> {
        let _ = (redact(""), self.action);
        todo!()
    }
}
