//! What a picture, video or audio is used for.

use std::fmt;

use crate::error::one_of;
use crate::media_kind::MediaKind;

/// The part that an item of `content[]` plays (`role`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// `first_frame`: the video starts with this image.
    FirstFrame,
    /// `last_frame`: the video ends with this image.
    LastFrame,
    /// `reference_image`.
    ReferenceImage,
    /// `reference_video`.
    ReferenceVideo,
    /// `reference_audio`.
    ReferenceAudio,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 5] = [
        Self::FirstFrame,
        Self::LastFrame,
        Self::ReferenceImage,
        Self::ReferenceVideo,
        Self::ReferenceAudio,
    ];

    /// The role that `name` means, to the letter.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// The name in requests.
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstFrame => "first_frame",
            Self::LastFrame => "last_frame",
            Self::ReferenceImage => "reference_image",
            Self::ReferenceVideo => "reference_video",
            Self::ReferenceAudio => "reference_audio",
        }
    }

    /// The only kind of media that can play this part.
    pub fn kind(self) -> MediaKind {
        match self {
            Self::FirstFrame | Self::LastFrame | Self::ReferenceImage => MediaKind::Image,
            Self::ReferenceVideo => MediaKind::Video,
            Self::ReferenceAudio => MediaKind::Audio,
        }
    }

    /// The roles that `kind` can play, as a message lists them.
    pub(crate) fn names_for(kind: MediaKind) -> String {
        let fitting = Self::ALL.into_iter().filter(|role| role.kind() == kind);
        one_of(fitting.map(Self::name))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
