//! A medium that a request names by an `http(s)` URL.

use crate::json::{Json, Object};
use crate::media_kind::MediaKind;

/// One such medium, and where its URL stands in `content[]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PublicMedium {
    pub(super) index: usize,
    pub(super) kind: MediaKind,
    pub(super) path: String,
    pub(super) url: String,
}

impl PublicMedium {
    /// Puts `url` in the place of the one that came, here and in `body`.
    pub(super) fn set_url(&mut self, body: &mut Object, url: String) {
        let items = body.get_mut("content").and_then(Json::as_array_mut);
        let item = items.and_then(|items| items.get_mut(self.index));
        let payload = item
            .and_then(Json::as_object_mut)
            .and_then(|item| item.get_mut(self.kind.content_type()))
            .and_then(Json::as_object_mut);
        if let Some(payload) = payload {
            payload.insert("url", url.clone());
        }
        self.url = url;
    }
}
