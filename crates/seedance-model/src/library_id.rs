//! The upstream's name for an asset or a group of assets.

use std::fmt;

use crate::error::Error;

/// The id of an asset or a group, such as `asset-20260611210100-efgh2`.
///
/// Opaque: 1 to 128 characters of `[A-Za-z0-9_-]`, the same that an `asset://` reference may name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LibraryId(String);

impl LibraryId {
    /// The id in `text`, or `None` if nothing in the library can be called that.
    pub fn parse(text: &str) -> Option<Self> {
        crate::task_id::is_identifier(text).then(|| Self(text.to_owned()))
    }

    /// The id in the `Result` of an upstream `CreateAssetGroup` or `CreateAsset`.
    pub fn created(result: &[u8]) -> Result<Self, Error> {
        let _ = result;
        todo!()
    }

    /// The id as it stands in requests and replies.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The `Result` that a tenant sees of a create: the id, and nothing else.
    pub fn created_body(&self) -> Vec<u8> {
        todo!()
    }

    /// The upstream body of a `GetAsset` or `GetAssetGroup` for this id in `project`.
    pub fn lookup_body(&self, project: &str) -> Vec<u8> {
        let _ = project;
        todo!()
    }
}

impl fmt::Display for LibraryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
