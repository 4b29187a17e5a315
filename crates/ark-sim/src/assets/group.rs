//! One group of assets.

use serde_json::{Value, json};

use crate::stamp;

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

/// The record behind a [`SimGroup`].
#[derive(Debug)]
pub(super) struct Group {
    pub(super) id: String,
    pub(super) project: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) created_ms: i64,
    pub(super) updated_ms: i64,
}

impl Group {
    /// The item of `GetAssetGroup` and `ListAssetGroups`.
    pub(super) fn item(&self) -> Value {
        json!({
            "Id": self.id,
            "Name": self.name,
            // Deprecated upstream, and still there.
            "Title": self.name,
            "Description": self.description,
            "GroupType": "AIGC",
            "ProjectName": self.project,
            "CreateTime": stamp::rfc3339(self.created_ms),
            "UpdateTime": stamp::rfc3339(self.updated_ms),
        })
    }

    pub(super) fn show(&self) -> SimGroup {
        SimGroup { id: self.id.clone(), project: self.project.clone(), name: self.name.clone() }
    }
}
