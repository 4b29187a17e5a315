//! What a tenant may do with the asset library.
//!
//! Source: section 9 of the public contract. The upstream has more actions; those that change or
//! delete are closed to tenants.

use std::fmt;

/// The one version of the Asset API (`Version`).
pub const ASSET_API_VERSION: &str = "2024-01-01";

/// One of the six open actions (`Action`).
///
/// Closed on purpose: ownership has to be decided for every action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AssetAction {
    /// Makes a group, in which assets are kept.
    CreateAssetGroup,
    /// Uploads an image, a video or an audio into a group.
    CreateAsset,
    /// Lists groups.
    ListAssetGroups,
    /// Lists the assets of groups.
    ListAssets,
    /// Tells about one group.
    GetAssetGroup,
    /// Tells about one asset, and whether it can be used yet.
    GetAsset,
}

/// How the names of closed actions start, section 11 of the public contract.
const CLOSED_VERBS: [&str; 2] = ["Update", "Delete"];

impl AssetAction {
    /// All actions, in the order of the contract.
    pub const ALL: [Self; 6] = [
        Self::CreateAssetGroup,
        Self::CreateAsset,
        Self::ListAssetGroups,
        Self::ListAssets,
        Self::GetAssetGroup,
        Self::GetAsset,
    ];

    /// The action that `name` means, to the letter.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }

    /// Whether `name` is an action that changes or deletes, which no tenant may do; whatever it
    /// would change.
    pub fn is_closed(name: &str) -> bool {
        CLOSED_VERBS.iter().any(|verb| name.starts_with(verb))
    }

    /// The name in the query of a request.
    pub fn name(self) -> &'static str {
        match self {
            Self::CreateAssetGroup => "CreateAssetGroup",
            Self::CreateAsset => "CreateAsset",
            Self::ListAssetGroups => "ListAssetGroups",
            Self::ListAssets => "ListAssets",
            Self::GetAssetGroup => "GetAssetGroup",
            Self::GetAsset => "GetAsset",
        }
    }

    /// Whether the action makes something new, which then has an owner.
    pub fn creates(self) -> bool {
        match self {
            Self::CreateAssetGroup | Self::CreateAsset => true,
            Self::ListAssetGroups | Self::ListAssets | Self::GetAssetGroup | Self::GetAsset => {
                false
            }
        }
    }
}

impl fmt::Display for AssetAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
