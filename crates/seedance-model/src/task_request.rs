//! A create request that keeps all of the contract's rules.

use crate::clip_duration::ClipDuration;
use crate::error::Error;
use crate::json::Object;
use crate::media_kind::MediaKind;
use crate::model::Model;
use crate::ratio::Ratio;
use crate::resolution::Resolution;
use crate::scene::Scene;
use crate::service_tier::ServiceTier;
use crate::task_id::TaskId;

/// Which media URLs a request may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaPolicy {
    /// Assets of the library only: `asset://<id>`.
    AssetOnly,
    /// Assets, public `http(s)` URLs, and `data:` URLs for images and audio.
    AnyPublicUrl,
}

/// One `asset://` reference in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetRef {
    id: String,
    path: String,
    wanted: Option<MediaKind>,
}

impl AssetRef {
    /// The asset's id, without the scheme.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where it stands, such as `content[1].image_url.url`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The kind of media that it has to be; `None` outside of `content[]`.
    pub fn wanted(&self) -> Option<MediaKind> {
        self.wanted
    }
}

/// A create request, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRequest {
    body: Object,
    asset_refs: Vec<AssetRef>,
}

impl TaskRequest {
    /// Reads and checks the body of a create request.
    pub fn parse(body: &[u8], media: MediaPolicy) -> Result<Self, Error> {
        let _ = (body, media);
        todo!()
    }
    /// The model.
    pub fn model(&self) -> Model {
        todo!()
    }
    /// What the video starts from.
    pub fn scene(&self) -> Scene {
        todo!()
    }
    /// Whether a `video_url` item is in `content[]`: selects the `*-video` prices.
    pub fn has_video(&self) -> bool {
        todo!()
    }
    /// `resolution`, if given.
    pub fn resolution(&self) -> Option<Resolution> {
        todo!()
    }
    /// `ratio`, if given.
    pub fn ratio(&self) -> Option<Ratio> {
        todo!()
    }
    /// `duration`, if given.
    pub fn duration(&self) -> Option<ClipDuration> {
        todo!()
    }
    /// `generate_audio`, if given.
    pub fn generate_audio(&self) -> Option<bool> {
        todo!()
    }
    /// `watermark`, if given.
    pub fn watermark(&self) -> Option<bool> {
        todo!()
    }
    /// `return_last_frame`, if given.
    pub fn return_last_frame(&self) -> Option<bool> {
        todo!()
    }
    /// `execution_expires_after`, in seconds, if given.
    pub fn execution_expires_after_seconds(&self) -> Option<u32> {
        todo!()
    }
    /// `priority`, if given.
    pub fn priority(&self) -> Option<u8> {
        todo!()
    }
    /// `safety_identifier`, if given.
    pub fn safety_identifier(&self) -> Option<&str> {
        todo!()
    }
    /// `service_tier`, if given.
    pub fn service_tier(&self) -> Option<ServiceTier> {
        todo!()
    }
    /// `seed`, if given as an integer.
    pub fn seed(&self) -> Option<i64> {
        todo!()
    }
    /// The resolution that the upstream will use: 720p if none is given.
    pub fn effective_resolution(&self) -> Resolution {
        todo!()
    }
    /// The ratio that the upstream will use: adaptive if none is given.
    pub fn effective_ratio(&self) -> Ratio {
        todo!()
    }
    /// The duration that the upstream will use: 5 s if none is given.
    pub fn effective_duration(&self) -> ClipDuration {
        todo!()
    }
    /// The callback URL, trimmed; not yet vetted.
    pub fn callback_url(&self) -> Option<&str> {
        todo!()
    }
    /// Every `asset://` string anywhere in the body, in document order.
    pub fn asset_refs(&self) -> &[AssetRef] {
        &self.asset_refs
    }
    /// The http(s) media URLs, each with its JSON path; not yet vetted.
    pub fn public_media_urls(&self) -> impl Iterator<Item = (&str, &str)> {
        std::iter::empty()
    }
    /// The body to send upstream.
    pub fn upstream_body(&self, upstream_model: &str, callback_url: Option<&str>) -> Vec<u8> {
        let _ = (upstream_model, callback_url, &self.body);
        todo!()
    }
    /// The body in one spelling, for comparing two requests.
    pub fn canonical_body(&self) -> Vec<u8> {
        todo!()
    }
    /// What a GET answers before the upstream was asked.
    pub fn first_public_body(&self, id: &TaskId, created_at_unix_seconds: i64) -> Vec<u8> {
        let _ = (id, created_at_unix_seconds);
        todo!()
    }
}
