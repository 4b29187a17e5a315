//! A create request that keeps all of the contract's rules.
//!
//! It is the body that came, minus what is `null`, plus what was read from it. Fields that no
//! rule knows stay in it untouched, so that a new parameter of the upstream works at once. Who
//! may use the assets, and whether a callback may be dialled, is not decided here.

mod asset_ref;
mod body;
mod content;
mod media_url;
mod parameters;
mod parse;
mod public_medium;
mod scene_rule;

pub use asset_ref::AssetRef;
pub(crate) use media_url::has_scheme;

use crate::clip_duration::ClipDuration;
use crate::error::Error;
use crate::json::{Json, Object};
use crate::model::Model;
use crate::ratio::Ratio;
use crate::resolution::Resolution;
use crate::scene::Scene;
use crate::service_tier::ServiceTier;
use crate::task_id::TaskId;
use content::Content;
use parameters::Parameters;

/// When the upstream gives an unfinished task up, if the request does not say; in seconds.
const DEFAULT_EXPIRY_SECONDS: u32 = 172_800;

/// Which media URLs a request may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaPolicy {
    /// Assets of the library only: `asset://<id>`.
    AssetOnly,
    /// Assets, `http(s)` URLs, and `data:` URLs for images and audio.
    AnyPublicUrl,
}

/// A create request, checked: section 5 of the public contract.
///
/// Options say what the request says: `None` where it says nothing, or `null`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRequest {
    /// The body without nulls; `model` is the stable name, `callback_url` is trimmed and has no
    /// alias, and every asset reference is in its normal form.
    body: Object,
    model: Model,
    content: Content,
    parameters: Parameters,
    asset_refs: Vec<AssetRef>,
}

impl TaskRequest {
    /// Reads and checks the body of a create request.
    ///
    /// Of several things that are wrong, the same one is reported whatever the order of members:
    /// JSON first, then misspelt keys, model, content, parameters in the order of the contract's
    /// table, callback, and asset references. An error of kind
    /// [`NotJson`](crate::ErrorKind::NotJson) is about the body as JSON, even if it names a
    /// field.
    ///
    /// A key that a rule knows, in another letter case, is misspelt: a reader that ignores the
    /// case would take it for the key itself. `CallbackURL` is the one alias.
    pub fn parse(body: &[u8], media: MediaPolicy) -> Result<Self, Error> {
        parse::parse(body, media)
    }

    /// The model, whichever of its names was used.
    pub fn model(&self) -> Model {
        self.model
    }

    /// What the video starts from.
    pub fn scene(&self) -> Scene {
        self.content.scene
    }

    /// Whether `content[]` has a `video_url` item, which selects the `*-video` prices.
    pub fn has_video(&self) -> bool {
        self.content.has_video
    }

    /// `resolution`, one that the model supports.
    pub fn resolution(&self) -> Option<Resolution> {
        self.parameters.resolution
    }

    /// `ratio`.
    pub fn ratio(&self) -> Option<Ratio> {
        self.parameters.ratio
    }

    /// `duration`.
    pub fn duration(&self) -> Option<ClipDuration> {
        self.parameters.duration
    }

    /// `generate_audio`.
    pub fn generate_audio(&self) -> Option<bool> {
        self.parameters.generate_audio
    }

    /// `watermark`.
    pub fn watermark(&self) -> Option<bool> {
        self.parameters.watermark
    }

    /// `return_last_frame`.
    pub fn return_last_frame(&self) -> Option<bool> {
        self.parameters.return_last_frame
    }

    /// `execution_expires_after`, 3600 to 259200 seconds.
    pub fn execution_expires_after_seconds(&self) -> Option<u32> {
        self.parameters.execution_expires_after_seconds
    }

    /// `priority`, 0 to 9.
    pub fn priority(&self) -> Option<u8> {
        self.parameters.priority
    }

    /// `safety_identifier`, 1 to 64 characters.
    pub fn safety_identifier(&self) -> Option<&str> {
        self.body.get("safety_identifier").and_then(Json::as_str)
    }

    /// `service_tier`, one that the model supports.
    pub fn service_tier(&self) -> Option<ServiceTier> {
        self.parameters.service_tier
    }

    /// `seed`, if it is an integer; the rest of its rule is the upstream's.
    pub fn seed(&self) -> Option<i64> {
        self.body.get("seed")?.as_number()?.as_i64()
    }

    /// The resolution that the upstream will use: 720p if the request names none.
    pub fn effective_resolution(&self) -> Resolution {
        self.resolution().unwrap_or(Resolution::P720)
    }

    /// The ratio that the upstream will use: adaptive if the request names none.
    pub fn effective_ratio(&self) -> Ratio {
        self.ratio().unwrap_or(Ratio::Adaptive)
    }

    /// The duration that the upstream will use: 5 seconds if the request names none.
    pub fn effective_duration(&self) -> ClipDuration {
        self.duration().unwrap_or(ClipDuration::DEFAULT)
    }

    /// Whether the upstream will make sound: it does if the request does not say.
    pub fn effective_generate_audio(&self) -> bool {
        self.generate_audio().unwrap_or(true)
    }

    /// When an unfinished task expires, in seconds after its creation: two days by default.
    pub fn effective_execution_expires_after_seconds(&self) -> u32 {
        self.execution_expires_after_seconds().unwrap_or(DEFAULT_EXPIRY_SECONDS)
    }

    /// The place in the queue, 0 to 9: 0 by default.
    pub fn effective_priority(&self) -> u8 {
        self.priority().unwrap_or_default()
    }

    /// The callback URL: a string without white space around it, not blank, not yet vetted.
    pub fn callback_url(&self) -> Option<&str> {
        self.body.get("callback_url").and_then(Json::as_str)
    }

    /// Every `asset://` string anywhere in the body, unknown fields included, in document order.
    pub fn asset_refs(&self) -> &[AssetRef] {
        &self.asset_refs
    }

    /// JSON path and text of each media URL that is `http(s)`, not yet vetted; empty under
    /// [`MediaPolicy::AssetOnly`].
    pub fn public_media_urls(&self) -> impl Iterator<Item = (&str, &str)> {
        let public_media = self.content.public_media.iter();
        public_media.map(|medium| (medium.path.as_str(), medium.url.as_str()))
    }

    /// Replaces the media URLs by the spellings that were vetted, one for each of
    /// [`TaskRequest::public_media_urls`], in the same order.
    ///
    /// So what was checked is what is sent. A URL for which none comes stays as it is.
    pub fn set_public_media_urls(&mut self, vetted: impl IntoIterator<Item = String>) {
        for (medium, url) in self.content.public_media.iter_mut().zip(vetted) {
            medium.set_url(&mut self.body, url);
        }
    }

    /// The body to send upstream, in our own serialisation.
    ///
    /// It is the request with `upstream_model` for the model and `callback_url` for the callback;
    /// `None` leaves the callback out. A callback that the request does not have is not added.
    pub fn upstream_body(&self, upstream_model: &str, callback_url: Option<&str>) -> Vec<u8> {
        body::upstream(self, upstream_model, callback_url)
    }

    /// The body in one spelling, for comparing two requests: stable model name, members sorted by
    /// key at every depth, nulls gone, the callback under its proper name.
    pub fn canonical_body(&self) -> Vec<u8> {
        body::canonical(self)
    }

    /// What a GET answers before the upstream was asked for the task: `queued`, and the documented
    /// fields that follow from the request.
    pub fn first_public_body(&self, id: &TaskId, created_at_unix_seconds: i64) -> Vec<u8> {
        body::first_public(self, id, created_at_unix_seconds)
    }
}
