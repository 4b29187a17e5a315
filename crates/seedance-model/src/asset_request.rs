//! The requests of the six asset actions, checked.
//!
//! Unlike a create request, nothing unknown is sent on: every object has its list of keys, so that
//! no id can stand where nobody checks it. Who owns a group or an asset, and whether a URL may be
//! fetched, is not decided here.

mod library_query;
mod new_asset;
mod new_asset_group;

pub use library_query::LibraryQuery;
pub use new_asset::NewAsset;
pub use new_asset_group::NewAssetGroup;

use crate::asset_action::AssetAction;
use crate::error::Error;
use crate::library_id::LibraryId;

/// The request of an asset action, checked: section 9 of the public contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssetRequest {
    /// `CreateAssetGroup`.
    CreateAssetGroup(NewAssetGroup),
    /// `CreateAsset`.
    CreateAsset(NewAsset),
    /// `ListAssetGroups`.
    ListAssetGroups(LibraryQuery),
    /// `ListAssets`.
    ListAssets(LibraryQuery),
    /// `GetAssetGroup`, with the id of the group.
    GetAssetGroup(LibraryId),
    /// `GetAsset`, with the id of the asset.
    GetAsset(LibraryId),
}

impl AssetRequest {
    /// Reads and checks the body of `action`.
    pub fn parse(action: AssetAction, body: &[u8]) -> Result<Self, Error> {
        let _ = (action, body);
        todo!()
    }

    /// The action that this is a request of.
    pub fn action(&self) -> AssetAction {
        match self {
            Self::CreateAssetGroup(_) => AssetAction::CreateAssetGroup,
            Self::CreateAsset(_) => AssetAction::CreateAsset,
            Self::ListAssetGroups(_) => AssetAction::ListAssetGroups,
            Self::ListAssets(_) => AssetAction::ListAssets,
            Self::GetAssetGroup(_) => AssetAction::GetAssetGroup,
            Self::GetAsset(_) => AssetAction::GetAsset,
        }
    }
}
