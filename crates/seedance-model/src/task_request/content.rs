//! `content[]`: the prompt and the media.
//!
//! Each item is read for itself; what they may be together is the scene's rule.

mod item;

use super::media_url::{self, MediaUrl};
use super::public_medium::PublicMedium;
use super::scene_rule::{self, Medium};
use crate::error::{Error, ErrorKind};
use crate::field::wrong_type;
use crate::json::{Json, Object};
use crate::media_kind::MediaKind;
use crate::model::Model;
use crate::scene::Scene;
use crate::task_request::MediaPolicy;
use item::Item;

/// What `content[]` comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) scene: Scene,
    pub(super) has_video: bool,
    /// The media that are http(s) URLs, in order.
    pub(super) public_media: Vec<PublicMedium>,
}

/// Reads and checks the items in order.
pub(super) fn check(body: &Object, model: Model, policy: MediaPolicy) -> Result<Content, Error> {
    let mut media = Vec::new();
    let mut public_media = Vec::new();
    let mut has_prompt = false;
    for (index, item) in items(body)?.iter().enumerate() {
        let item = Item::open(index, item)?;
        let Some(kind) = item.kind(model)? else {
            has_prompt |= !item.text()?.trim().is_empty();
            continue;
        };
        let (role, url) = (item.role(kind)?, item.url(kind)?);
        let path = || item.path(&format!("{}.url", kind.content_type()));
        if media_url::check(url, kind, policy, &path)? == MediaUrl::Public {
            public_media.push(PublicMedium { index, kind, path: path(), url: url.to_owned() });
        }
        media.push(Medium { index, kind, role });
    }
    Ok(Content {
        scene: scene_rule::scene_of(&media, has_prompt)?,
        has_video: media.iter().any(|medium| medium.kind == MediaKind::Video),
        public_media,
    })
}

fn items(body: &Object) -> Result<&[Json], Error> {
    let Some(content) = body.get("content") else {
        let message = "content is missing; send a text or a media item";
        return Err(Error::new(ErrorKind::Missing, "content", message));
    };
    content.as_array().ok_or_else(|| wrong_type("content", "an array", content, ""))
}
