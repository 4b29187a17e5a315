//! What the upstream says about an asset or a group.
//!
//! Open, like the reports about tasks: whatever can be read is read, and a tenant sees the
//! documented fields only.

use crate::allow_list::{Pass, Redact, pass, text};
use crate::asset_action::AssetAction;
use crate::asset_status::AssetStatus;
use crate::error::Error;
use crate::json::{Json, Object, Strictness, parse};
use crate::library_id::LibraryId;
use crate::media_kind::MediaKind;
use crate::public_error::{self, ErrorKeys};
use crate::task_id::is_identifier;

/// A lens on the `Result` of an upstream `GetAsset` or `GetAssetGroup`, or on an item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryItem {
    shelf: Shelf,
    id: LibraryId,
    body: Object,
}

/// What an item is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shelf {
    Groups,
    Assets,
}

impl Shelf {
    /// What `action` is about.
    pub(crate) fn of(action: AssetAction) -> Self {
        match action {
            AssetAction::CreateAssetGroup
            | AssetAction::ListAssetGroups
            | AssetAction::GetAssetGroup => Self::Groups,
            AssetAction::CreateAsset | AssetAction::ListAssets | AssetAction::GetAsset => {
                Self::Assets
            }
        }
    }
}

impl LibraryItem {
    /// Reads the `Result` of `action`, which is `GetAsset` or `GetAssetGroup`; fails only if it is
    /// no JSON object, or has no `Id` that an asset or a group can have.
    pub fn parse(action: AssetAction, result: &[u8]) -> Result<Self, Error> {
        Self::from_json(Shelf::of(action), parse(result, Strictness::Reply)?)
    }

    pub(crate) fn from_json(shelf: Shelf, json: Json) -> Result<Self, Error> {
        let body = json.into_object()?;
        let id = LibraryId::of_reply(&body)?;
        Ok(Self { shelf, id, body })
    }

    /// `Id`.
    pub fn id(&self) -> &LibraryId {
        &self.id
    }

    /// `GroupId`: the group that an asset is in.
    pub fn group_id(&self) -> Option<LibraryId> {
        text(&self.body, "GroupId").and_then(LibraryId::parse)
    }

    /// `Status` of an asset; `None` for one that nobody knows, see [`LibraryItem::status_text`].
    pub fn status(&self) -> Option<AssetStatus> {
        AssetStatus::parse(self.status_text())
    }

    /// `Status` as it was written; empty if there is none.
    pub fn status_text(&self) -> &str {
        text(&self.body, "Status").unwrap_or_default()
    }

    /// `AssetType` of an asset, if it is one that is known.
    pub fn asset_type(&self) -> Option<MediaKind> {
        text(&self.body, "AssetType").and_then(MediaKind::from_asset_type)
    }

    /// The `Result` for a tenant: the documented fields only, as compact JSON.
    ///
    /// The tenant's own names and descriptions, the status and the URL pass as they are, and so do
    /// names of the vocabulary, ids and times. What else the upstream wrote in words goes through
    /// `redact`. `ProjectName` and `Moderation` are left out.
    pub fn public_body(&self, redact: impl Fn(&str) -> String) -> Vec<u8> {
        self.public(&redact).to_bytes()
    }

    pub(crate) fn public(&self, redact: Redact<'_>) -> Json {
        let fields: &[_] = match self.shelf {
            Shelf::Groups => &GROUP_FIELDS,
            Shelf::Assets => &ASSET_FIELDS,
        };
        let mut public = Object::new();
        pass(&self.body, fields, redact, &mut public);
        Json::from(public)
    }
}

const ASSET_FIELDS: [(&str, Pass); 9] = [
    ("Id", Pass::Verbatim),
    ("Name", Pass::Verbatim),
    ("URL", Pass::Verbatim),
    ("AssetType", Pass::Name(|name| MediaKind::from_asset_type(name).is_some())),
    ("GroupId", Pass::Name(is_identifier)),
    ("Status", Pass::Verbatim),
    ("Error", Pass::Part(error)),
    ("CreateTime", Pass::Name(is_time)),
    ("UpdateTime", Pass::Name(is_time)),
];

const GROUP_FIELDS: [(&str, Pass); 7] = [
    ("Id", Pass::Verbatim),
    ("Name", Pass::Verbatim),
    ("Title", Pass::Part(title)),
    ("Description", Pass::Verbatim),
    ("GroupType", Pass::Name(|name| GROUP_TYPES.contains(&name))),
    ("CreateTime", Pass::Name(is_time)),
    ("UpdateTime", Pass::Name(is_time)),
];

/// The types of groups that the upstream has; tenants can make the first one.
const GROUP_TYPES: [&str; 2] = ["AIGC", "LivenessFace"];

const ERROR_KEYS: ErrorKeys =
    ErrorKeys { code: "Code", message: "Message", fallback_code: "InternalError" };

/// Deprecated upstream, where it is the same as the name. So it is the name here: another text
/// would be the upstream's own.
fn title(body: &Object, _: Redact<'_>) -> Option<Json> {
    body.get("Title")?;
    Some(Json::from(text(body, "Name")?))
}

fn error(body: &Object, redact: Redact<'_>) -> Option<Json> {
    public_error::of(body.get("Error")?, &ERROR_KEYS, redact)
}

/// Whether `text` is an RFC 3339 time in UTC, such as `2026-03-18T07:20:44Z`.
fn is_time(text: &str) -> bool {
    let shape = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
    text.bytes().map(shape).eq(*b"0000-00-00T00:00:00Z")
}
