//! The assets of the account.

/// An asset as the simulator knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimAsset {
    /// `asset-…`.
    pub id: String,
    /// The group it is in.
    pub group_id: String,
    /// The project it is in.
    pub project: String,
    /// `Image`, `Video` or `Audio`.
    pub asset_type: String,
    /// The name, empty when none was given.
    pub name: String,
    /// Where the asset was to be fetched from.
    pub source_url: String,
    /// `Processing`, `Active` or `Failed`, now.
    pub status: String,
}

/// A group of assets as the simulator knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimGroup {
    /// `group-…`.
    pub id: String,
    /// The project it is in.
    pub project: String,
    /// The name.
    pub name: String,
}
