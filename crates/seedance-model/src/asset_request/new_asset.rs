//! `CreateAsset`.

use crate::library_id::LibraryId;
use crate::media_kind::MediaKind;

/// An asset that is to be uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAsset {
    group_id: LibraryId,
    url: String,
    asset_type: MediaKind,
    name: Option<String>,
}

impl NewAsset {
    /// `GroupId`: the group that the asset goes into.
    pub fn group_id(&self) -> &LibraryId {
        &self.group_id
    }

    /// `URL`: where the asset is fetched from; not blank, without white space around it, not yet
    /// vetted.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// `AssetType`.
    pub fn asset_type(&self) -> MediaKind {
        self.asset_type
    }

    /// `Name`, at most 64 characters.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The body to send upstream, in our own serialisation; `project` is the platform's, and
    /// `vetted_url` is the spelling of [`NewAsset::url`] that was checked.
    pub fn upstream_body(&self, project: &str, vetted_url: &str) -> Vec<u8> {
        let _ = (project, vetted_url);
        todo!()
    }
}
