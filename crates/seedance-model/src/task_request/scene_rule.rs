//! Which scene the media of a request make, if they make one.
//!
//! Source: section 5 of the public contract and the upstream's rule that first frame, first and
//! last frame, and reference media exclude each other.

use crate::error::{Error, ErrorKind};
use crate::media_kind::MediaKind;
use crate::role::Role;
use crate::scene::Scene;

/// One media item of `content[]`.
pub(super) struct Medium {
    /// Its place in `content[]`.
    pub(super) index: usize,
    pub(super) kind: MediaKind,
    /// Absent for an image that says nothing.
    pub(super) role: Option<Role>,
}

/// The most references of one role.
fn most(role: Role) -> usize {
    match role {
        Role::FirstFrame | Role::LastFrame => 1,
        Role::ReferenceImage => 9,
        Role::ReferenceVideo | Role::ReferenceAudio => 3,
    }
}

/// The scene that `media` make, with or without a prompt.
pub(super) fn scene_of(media: &[Medium], has_prompt: bool) -> Result<Scene, Error> {
    if media.is_empty() {
        return if has_prompt {
            Ok(Scene::Text)
        } else {
            let message = "content has neither a text that is not blank nor a media item";
            Err(Error::new(ErrorKind::Missing, "content", message))
        };
    }
    let roles = roles(media)?;
    let count = |role| roles.iter().filter(|r| **r == role).count();
    let frames = count(Role::FirstFrame) + count(Role::LastFrame);
    if frames > 0 && frames < roles.len() {
        let message =
            "content mixes first or last frames with reference media; use one or the other";
        return Err(unsupported(message));
    }
    if let Some(role) = Role::ALL.into_iter().find(|role| count(*role) > most(*role)) {
        let (found, most) = (count(role), most(role));
        let message = format!("content has {found} items with role `{role}`; use at most {most}");
        return Err(Error::new(ErrorKind::OutOfRange, "content", message));
    }
    if count(Role::ReferenceAudio) == roles.len() {
        return Err(unsupported("content has audio as its only media; add an image or a video"));
    }
    match (count(Role::FirstFrame), count(Role::LastFrame)) {
        (0, 0) => Ok(Scene::Reference),
        (_, 0) => Ok(Scene::FirstFrame),
        (0, _) => Err(unsupported("content has a `last_frame` without a `first_frame`")),
        _ => Ok(Scene::FirstAndLastFrame),
    }
}

/// The role of each; an image that names none is the first frame if it is the only image.
fn roles(media: &[Medium]) -> Result<Vec<Role>, Error> {
    let images = media.iter().filter(|medium| medium.kind == MediaKind::Image);
    let is_only_image = images.count() == 1;
    let role = |medium: &Medium| match medium.role {
        Some(role) => Ok(role),
        None if is_only_image => Ok(Role::FirstFrame),
        None => {
            let path = format!("content[{}].role", medium.index);
            let accepted = Role::names_for(MediaKind::Image);
            let message =
                format!("{path} is missing, which only a single image may; use {accepted}");
            Err(Error::new(ErrorKind::Missing, path, message))
        }
    };
    media.iter().map(role).collect()
}

fn unsupported(message: &str) -> Error {
    Error::new(ErrorKind::Unsupported, "content", message)
}
