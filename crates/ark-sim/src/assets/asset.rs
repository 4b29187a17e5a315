//! One asset: where it came from, and its way from `Processing` to `Active` or `Failed`.

use serde_json::{Value, json};

use crate::presign;
use crate::stamp;
use crate::tasks::Media;

/// How long the URL of an asset is valid.
const URL_SECONDS: i64 = 12 * 3600;

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

/// The record behind a [`SimAsset`].
#[derive(Debug)]
pub(super) struct Asset {
    pub(super) id: String,
    pub(super) group_id: String,
    pub(super) project: String,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) source_url: String,
    pub(super) moderation: Option<Value>,
    pub(super) created_ms: i64,
    /// When it becomes `Active` by itself.
    pub(super) active_ms: i64,
    pub(super) failure: Option<Failure>,
}

/// Why and since when an asset is `Failed`.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) code: String,
    pub(super) message: String,
    pub(super) since_ms: i64,
}

impl Asset {
    pub(super) fn status(&self, now_ms: i64) -> &'static str {
        match &self.failure {
            Some(_) => "Failed",
            None if now_ms < self.active_ms => "Processing",
            None => "Active",
        }
    }

    /// When the status last changed.
    pub(super) fn updated_ms(&self, now_ms: i64) -> i64 {
        match &self.failure {
            Some(failure) => failure.since_ms,
            None if now_ms < self.active_ms => self.created_ms,
            None => self.active_ms,
        }
    }

    /// The item of `GetAsset` and `ListAssets`.
    pub(super) fn item(&self, now_ms: i64, media: &Media) -> Value {
        let mut item = json!({
            "Id": self.id,
            "Name": self.name,
            "URL": self.url(now_ms, media),
            "AssetType": self.kind,
            "GroupId": self.group_id,
            "Status": self.status(now_ms),
            "ProjectName": self.project,
            "CreateTime": stamp::rfc3339(self.created_ms),
            "UpdateTime": stamp::rfc3339(self.updated_ms(now_ms)),
        });
        if let Some(members) = item.as_object_mut() {
            if let Some(Failure { code, message, .. }) = &self.failure {
                let error = json!({"Code": code, "Message": message});
                members.insert("Error".to_owned(), error);
            }
            if let Some(moderation) = &self.moderation {
                members.insert("Moderation".to_owned(), moderation.clone());
            }
        }
        item
    }

    pub(super) fn show(&self, now_ms: i64) -> SimAsset {
        SimAsset {
            id: self.id.clone(),
            group_id: self.group_id.clone(),
            project: self.project.clone(),
            asset_type: self.kind.clone(),
            name: self.name.clone(),
            source_url: self.source_url.clone(),
            status: self.status(now_ms).to_owned(),
        }
    }

    /// Empty until the asset can be used.
    fn url(&self, now_ms: i64, media: &Media) -> String {
        if self.status(now_ms) != "Active" {
            return String::new();
        }
        let ending = match self.kind.as_str() {
            "Image" => "png",
            "Video" => "mp4",
            _ => "wav",
        };
        let path = format!("/media/{}.{ending}", self.id);
        presign::url(media, &path, now_ms, URL_SECONDS)
    }
}
