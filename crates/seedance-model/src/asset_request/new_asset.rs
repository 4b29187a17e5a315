//! `CreateAsset`.

use super::LONGEST_NAME;
use super::fields::Fields;
use crate::error::{Error, ErrorKind, one_of, shown};
use crate::json::{Json, Object};
use crate::library_id::{LibraryId, PROJECT};
use crate::media_kind::MediaKind;
use crate::task_request::has_scheme;

/// An asset that is to be uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAsset {
    group_id: LibraryId,
    url: String,
    asset_type: MediaKind,
    name: Option<String>,
}

impl NewAsset {
    pub(super) fn read(body: &Object) -> Result<Self, Error> {
        let fields = Fields::of_body(body, &["GroupId", "URL", "AssetType", "Name"])?;
        Ok(Self {
            group_id: fields.id("GroupId", "send the id of a group")?,
            url: url(&fields)?.to_owned(),
            asset_type: asset_type(&fields)?,
            name: fields.short("Name", LONGEST_NAME)?.map(str::to_owned),
        })
    }

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
        let mut body = Object::new();
        body.insert("GroupId", self.group_id.as_str());
        body.insert("URL", vetted_url);
        body.insert("AssetType", self.asset_type.asset_type());
        body.insert_some("Name", self.name());
        body.insert(PROJECT, project);
        Json::from(body).to_bytes()
    }
}

/// The upstream fetches what the URL leads to, so content itself and assets make no sense here.
fn url<'b>(fields: &Fields<'b>) -> Result<&'b str, Error> {
    let hint = "use a public `https://` URL";
    let url = fields.required("URL", hint)?.trim();
    let Some(scheme) = ["data:", "asset:"].into_iter().find(|scheme| has_scheme(url, scheme))
    else {
        return Ok(url);
    };
    let message = format!("URL {} has the scheme `{scheme}`; {hint}", shown(url));
    Err(Error::new(ErrorKind::Unsupported, "URL", message))
}

fn asset_type(fields: &Fields<'_>) -> Result<MediaKind, Error> {
    let names = MediaKind::ALL.map(MediaKind::asset_type);
    let name = fields.required("AssetType", &format!("use {}", one_of(names)))?;
    MediaKind::from_asset_type(name).ok_or_else(|| Error::unknown("AssetType", name, names))
}
