//! References to assets, wherever they stand in a request.
//!
//! Unknown fields are sent on as they came. So a reference in one of them has to be found too, or
//! a tenant could name another tenant's asset there.

use super::media_url::has_scheme;
use crate::error::{Error, ErrorKind, shown};
use crate::json::{Json, Object, Path};
use crate::media_kind::MediaKind;
use crate::task_id::is_identifier;

const SCHEME: &str = "asset://";

/// One `asset://` reference in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetRef {
    id: String,
    path: String,
    wanted: Option<MediaKind>,
}

impl AssetRef {
    /// The asset's id, without the scheme: 1 to 128 characters of `[A-Za-z0-9_-]`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where it stands, such as `content[1].image_url.url`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The kind of media that it has to be; `None` outside of a media item of `content[]`.
    pub fn wanted(&self) -> Option<MediaKind> {
        self.wanted
    }
}

/// What `text` refers to, if it is a reference: what follows the scheme, in any letter case.
///
/// White space and control characters around it do not count, because a reader further on may
/// trim them. Text that has a reference further inside is a text.
pub(super) fn target(text: &str) -> Option<&str> {
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    has_scheme(trimmed, SCHEME).then(|| trimmed.get(SCHEME.len()..)).flatten()
}

/// The refusal of a reference whose id no asset can have.
pub(super) fn malformed(path: String, text: &str) -> Error {
    let message = format!(
        "{path} {} names no asset; use `asset://<id>`, the id in 1 to 128 letters, digits, `_` or `-`",
        shown(text)
    );
    Error::new(ErrorKind::Malformed, path, message)
}

/// Every reference in `body`, in document order; each is rewritten as `asset://<id>`.
///
/// Of several malformed ones, the one whose path sorts first is reported, whatever the order of
/// members.
pub(super) fn normalise(body: &mut Object) -> Result<Vec<AssetRef>, Error> {
    let mut walk = Walk::default();
    walk.members(body, &Path::Root);
    let first = walk.refusals.into_iter().min_by(|a, b| a.field().cmp(b.field()));
    first.map_or(Ok(walk.found), Err)
}

#[derive(Default)]
struct Walk {
    found: Vec<AssetRef>,
    refusals: Vec<Error>,
}

impl Walk {
    fn value(&mut self, value: &mut Json, path: &Path<'_>) {
        match value {
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
            Json::String(text) => self.text(text, path),
            Json::Object(object) => self.members(object, path),
            Json::Array(elements) => {
                for (index, element) in elements.iter_mut().enumerate() {
                    self.value(element, &Path::Index(path, index));
                }
            }
        }
    }

    fn members(&mut self, object: &mut Object, path: &Path<'_>) {
        for (key, value) in object.iter_mut() {
            self.value(value, &Path::Key(path, key));
        }
    }

    fn text(&mut self, text: &mut String, path: &Path<'_>) {
        let Some(id) = target(text) else {
            return;
        };
        if !is_identifier(id) {
            return self.refusals.push(malformed(path.to_string(), text));
        }
        let id = id.to_owned();
        *text = format!("{SCHEME}{id}");
        self.found.push(AssetRef { id, path: path.to_string(), wanted: wanted_at(path) });
    }
}

/// The kind of media that belongs at `path`: that of `content[i].<type>.url`.
fn wanted_at(path: &Path<'_>) -> Option<MediaKind> {
    let steps = path.steps();
    let [Path::Key(_, "content"), Path::Index(..), Path::Key(_, content_type), Path::Key(_, "url")] =
        steps.as_slice()
    else {
        return None;
    };
    MediaKind::ALL.into_iter().find(|kind| kind.content_type() == *content_type)
}
