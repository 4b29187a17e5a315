//! One item of `content[]`: its type, its text or its URL, and its role.

use crate::error::{Error, ErrorKind, one_of, shown};
use crate::field::wrong_type;
use crate::json::{Json, Object};
use crate::lookalike;
use crate::media_kind::MediaKind;
use crate::model::Model;
use crate::role::Role;

/// The keys of an item that decide what it is.
const GOVERNED: [&str; 7] =
    ["type", "text", "role", "image_url", "video_url", "audio_url", DRAFT_TASK];

/// The type of an item that refers to a draft, and the member that names it.
const DRAFT_TASK: &str = "draft_task";

/// One item, and where it stands.
pub(super) struct Item<'b> {
    index: usize,
    members: &'b Object,
}

impl<'b> Item<'b> {
    pub(super) fn open(index: usize, item: &'b Json) -> Result<Self, Error> {
        let members = item
            .as_object()
            .ok_or_else(|| wrong_type(&format!("content[{index}]"), "an object", item, ""))?;
        let item = Self { index, members };
        lookalike::refuse(members, &GOVERNED, |key| item.path(key))?;
        Ok(item)
    }

    pub(super) fn path(&self, rest: &str) -> String {
        format!("content[{}].{rest}", self.index)
    }

    /// The kind of media, `None` for text.
    pub(super) fn kind(&self, model: Model) -> Result<Option<MediaKind>, Error> {
        let accepted = || {
            let media = accepted_media(model).map(MediaKind::content_type);
            one_of(std::iter::once("text").chain(media))
        };
        let name = self.string("type", || format!("use {}", accepted()))?;
        let kind = MediaKind::ALL.into_iter().find(|kind| kind.content_type() == name);
        let refuse = |error_kind, reason: &str| {
            let path = self.path("type");
            let message = format!("{path} {} is not {reason}; use {}", shown(name), accepted());
            Err(Error::new(error_kind, path, message))
        };
        match kind {
            Some(MediaKind::Audio) if !model.accepts_audio_input() => {
                refuse(ErrorKind::Unsupported, &format!("supported by `{model}`"))
            }
            None if name == DRAFT_TASK => {
                let reason = "supported, because no model makes drafts";
                refuse(ErrorKind::Unsupported, reason)
            }
            None if name != "text" => refuse(ErrorKind::Unknown, "known"),
            None | Some(_) => self.refuse_strays(kind).map(|()| kind),
        }
    }

    /// A second payload would be a medium, or another's task, that no rule has seen.
    fn refuse_strays(&self, own: Option<MediaKind>) -> Result<(), Error> {
        if self.members.get(DRAFT_TASK).is_some() {
            let path = self.path(DRAFT_TASK);
            let message = format!("{path} is not supported, because no model makes drafts");
            return Err(Error::new(ErrorKind::Unsupported, path, message));
        }
        let stray = MediaKind::ALL
            .into_iter()
            .filter(|kind| Some(*kind) != own)
            .find(|kind| self.members.get(kind.content_type()).is_some());
        let Some(stray) = stray else {
            return Ok(());
        };
        let name = stray.content_type();
        let path = self.path(name);
        let message =
            format!("{path} does not fit the item's type; send it as an item of type `{name}`");
        Err(Error::new(ErrorKind::Unsupported, path, message))
    }

    pub(super) fn text(&self) -> Result<&'b str, Error> {
        self.string("text", || "send the prompt".to_owned())
    }

    /// The role; only an image may be without one, and only when it is alone.
    pub(super) fn role(&self, kind: MediaKind) -> Result<Option<Role>, Error> {
        let roles = || Role::names_for(kind);
        if kind == MediaKind::Image && self.members.get("role").is_none() {
            return Ok(None);
        }
        let name = self.string("role", || format!("use {}", roles()))?;
        let role = Role::parse(name).filter(|role| role.kind() == kind);
        role.map(Some).ok_or_else(|| {
            let path = self.path("role");
            let (shown, item) = (shown(name), kind.content_type());
            let message = format!("{path} {shown} is not a role of `{item}`; use {}", roles());
            Error::new(ErrorKind::Unknown, path, message)
        })
    }

    /// The string in `image_url.url` and its siblings.
    pub(super) fn url(&self, kind: MediaKind) -> Result<&'b str, Error> {
        let name = kind.content_type();
        let path = self.path(name);
        let example = format!("send \"{name}\": {{\"url\": \"asset://<id>\"}}");
        let Some(payload) = self.members.get(name) else {
            let message = format!("{path} is missing; {example}");
            return Err(Error::new(ErrorKind::Missing, path, message));
        };
        let Some(members) = payload.as_object() else {
            return Err(wrong_type(&path, "an object", payload, &format!("; {example}")));
        };
        if members.get("role").is_some() {
            let field = format!("{path}.role");
            let message = format!("{field} is in the wrong place; put `role` beside `type`");
            return Err(Error::new(ErrorKind::Malformed, field, message));
        }
        lookalike::refuse(members, &["url"], |key| format!("{path}.{key}"))?;
        string_at(members, "url", || format!("{path}.url"), || example)
    }

    fn string(&self, key: &str, hint: impl FnOnce() -> String) -> Result<&'b str, Error> {
        string_at(self.members, key, || self.path(key), hint)
    }
}

/// A required string; `path` and `hint` are for the refusal.
fn string_at<'b>(
    members: &'b Object,
    key: &str,
    path: impl FnOnce() -> String,
    hint: impl FnOnce() -> String,
) -> Result<&'b str, Error> {
    match members.get(key) {
        Some(Json::String(text)) => Ok(text),
        Some(other) => Err(wrong_type(&path(), "a string", other, &format!("; {}", hint()))),
        None => {
            let path = path();
            let message = format!("{path} is missing; {}", hint());
            Err(Error::new(ErrorKind::Missing, path, message))
        }
    }
}

fn accepted_media(model: Model) -> impl Iterator<Item = MediaKind> {
    let accepts = move |kind: &MediaKind| *kind != MediaKind::Audio || model.accepts_audio_input();
    MediaKind::ALL.into_iter().filter(accepts)
}
