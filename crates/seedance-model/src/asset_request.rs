//! The requests of the six asset actions, checked.
//!
//! Unlike a create request, nothing unknown is sent on: every object has its list of keys, so that
//! no id can stand where nobody checks it. Who owns a group or an asset, and whether a URL may be
//! fetched, is not decided here.

mod fields;
mod library_query;
mod moderation;
mod new_asset;
mod new_asset_group;

pub use library_query::LibraryQuery;
pub use new_asset::NewAsset;
pub use new_asset_group::NewAssetGroup;

use crate::asset_action::AssetAction;
use crate::error::Error;
use crate::json::{Json, Object};
use crate::library_id::LibraryId;
use fields::Fields;

/// The one kind of group that a tenant can have (`GroupType`).
const GROUP_TYPE: &str = "AIGC";

/// Longest name of an asset or a group, in characters.
const LONGEST_NAME: usize = 64;

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
    ///
    /// Of several things that are wrong, the same one is reported whatever the order of members:
    /// JSON first, then moderation that is to be skipped
    /// ([`ModerationSkip`](crate::ErrorKind::ModerationSkip)), then keys that the action does not
    /// have, in that letter case, then the model, then the other fields. `null` is the same as absent. `ProjectName`
    /// and any other `Moderation` are accepted and dropped, and `model` is checked and dropped.
    pub fn parse(action: AssetAction, body: &[u8]) -> Result<Self, Error> {
        let json = Json::parse(body)?;
        moderation::refuse_skip(&json)?;
        let mut body = json.into_object()?;
        body.drop_nulls();
        Ok(match action {
            AssetAction::CreateAssetGroup => Self::CreateAssetGroup(NewAssetGroup::read(&body)?),
            AssetAction::CreateAsset => Self::CreateAsset(NewAsset::read(&body)?),
            AssetAction::ListAssetGroups => {
                Self::ListAssetGroups(LibraryQuery::read(action, &body)?)
            }
            AssetAction::ListAssets => Self::ListAssets(LibraryQuery::read(action, &body)?),
            AssetAction::GetAssetGroup => Self::GetAssetGroup(looked_up(&body, "a group")?),
            AssetAction::GetAsset => Self::GetAsset(looked_up(&body, "an asset")?),
        })
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

/// The id that a `GetAssetGroup` or a `GetAsset` asks for.
fn looked_up(body: &Object, wanted: &str) -> Result<LibraryId, Error> {
    Fields::of_body(body, &["Id"])?.id("Id", &format!("send the id of {wanted}"))
}
