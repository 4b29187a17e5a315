//! `CreateAssetGroup`.

use super::fields::Fields;
use super::{GROUP_TYPE, LONGEST_NAME};
use crate::error::Error;
use crate::json::{Json, Object};
use crate::library_id::PROJECT;

/// Longest `Description`, in characters.
const LONGEST_DESCRIPTION: usize = 300;

/// A group that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAssetGroup {
    name: String,
    description: Option<String>,
    group_type: Option<&'static str>,
}

impl NewAssetGroup {
    pub(super) fn read(body: &Object) -> Result<Self, Error> {
        let fields = Fields::of_body(body, &["Name", "Description", "GroupType"])?;
        fields.required("Name", "name the group")?;
        Ok(Self {
            name: fields.short("Name", LONGEST_NAME)?.unwrap_or_default().to_owned(),
            description: fields.short("Description", LONGEST_DESCRIPTION)?.map(str::to_owned),
            group_type: fields.choice("GroupType", &[GROUP_TYPE])?,
        })
    }

    /// `Name`, 1 to 64 characters, not blank.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `Description`, at most 300 characters.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The body to send upstream, in our own serialisation; `project` is the platform's.
    pub fn upstream_body(&self, project: &str) -> Vec<u8> {
        let mut body = Object::new();
        body.insert("Name", self.name.as_str());
        body.insert_some("Description", self.description());
        body.insert_some("GroupType", self.group_type);
        body.insert(PROJECT, project);
        Json::from(body).to_bytes()
    }
}
