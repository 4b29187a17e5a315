//! The upstream's name for an asset or a group of assets.

use std::fmt;

use crate::error::{Error, ErrorKind};
use crate::json::{Json, Object, Strictness, parse};
use crate::task_id::is_identifier;

/// The id of an asset or a group, such as `asset-20260611210100-efgh2`.
///
/// Opaque: 1 to 128 characters of `[A-Za-z0-9_-]`, the same that an `asset://` reference may name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LibraryId(String);

/// The key of an id, in requests and replies.
const ID: &str = "Id";

/// The key of the project in which the platform keeps its library.
pub(crate) const PROJECT: &str = "ProjectName";

impl LibraryId {
    /// The id in `text`, or `None` if nothing in the library can be called that.
    pub fn parse(text: &str) -> Option<Self> {
        is_identifier(text).then(|| Self(text.to_owned()))
    }

    /// The id in the `Result` of an upstream `CreateAssetGroup` or `CreateAsset`.
    pub fn created(result: &[u8]) -> Result<Self, Error> {
        Self::of_reply(&parse(result, Strictness::Reply)?.into_object()?)
    }

    /// The id as it stands in requests and replies.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The `Result` that a tenant sees of a create: the id, and nothing else.
    pub fn created_body(&self) -> Vec<u8> {
        let mut body = Object::new();
        body.insert(ID, self.as_str());
        Json::from(body).to_bytes()
    }

    /// The upstream body of a `GetAsset` or a `GetAssetGroup` for this id; `project` is the
    /// platform's.
    pub fn lookup_body(&self, project: &str) -> Vec<u8> {
        let mut body = Object::new();
        body.insert(ID, self.as_str());
        body.insert(PROJECT, project);
        Json::from(body).to_bytes()
    }

    /// The id of what a reply is about.
    pub(crate) fn of_reply(body: &Object) -> Result<Self, Error> {
        let id = body
            .get(ID)
            .ok_or_else(|| Error::new(ErrorKind::Missing, ID, "Id is missing from the reply"))?;
        id.as_str().and_then(Self::parse).ok_or_else(|| {
            let message =
                format!("Id must be the id of an asset or a group, not {}", id.described());
            Error::new(ErrorKind::Malformed, ID, message)
        })
    }
}

impl fmt::Display for LibraryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
