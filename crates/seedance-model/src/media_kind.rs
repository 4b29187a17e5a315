//! The three kinds of media that a task can refer to.

use std::fmt;

/// A kind of media, as an item of `content[]` and as an asset of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// A picture: a first frame, a last frame or a reference.
    Image,
    /// A video reference; its presence selects the `*-video` prices.
    Video,
    /// An audio reference.
    Audio,
}

impl MediaKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Image, Self::Video, Self::Audio];

    /// The kind that the asset library calls `asset_type`, to the letter.
    pub fn from_asset_type(asset_type: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.asset_type() == asset_type)
    }

    /// The name in the asset library (`AssetType`): `Image`, `Video` or `Audio`.
    pub fn asset_type(self) -> &'static str {
        match self {
            Self::Image => "Image",
            Self::Video => "Video",
            Self::Audio => "Audio",
        }
    }

    /// The `type` of an item in `content[]`, which is also the name of the member with the URL.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Image => "image_url",
            Self::Video => "video_url",
            Self::Audio => "audio_url",
        }
    }

    /// The word for running text.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
        }
    }
}

impl fmt::Display for MediaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.noun())
    }
}
