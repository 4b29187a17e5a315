//! The twelve things that have a price, and which of them a video is.
//!
//! Source: section 3 of the public contract. Prices are in the price book.

use std::fmt;

use seedance_model::{Model, Resolution};

use crate::quoted::quoted;

/// One of the twelve billing items of section 3 of the public contract.
///
/// Closed on purpose: a thirteenth SKU must be noticed by everything that sets prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sku {
    /// `doubao-seedance-2-0-480p-novideo`.
    Standard480pNoVideo,
    /// `doubao-seedance-2-0-480p-video`.
    Standard480pVideo,
    /// `doubao-seedance-2-0-720p-novideo`.
    Standard720pNoVideo,
    /// `doubao-seedance-2-0-720p-video`.
    Standard720pVideo,
    /// `doubao-seedance-2-0-1080p-novideo`.
    Standard1080pNoVideo,
    /// `doubao-seedance-2-0-1080p-video`.
    Standard1080pVideo,
    /// `doubao-seedance-2-0-4k-novideo`.
    Standard4kNoVideo,
    /// `doubao-seedance-2-0-4k-video`.
    Standard4kVideo,
    /// `doubao-seedance-2-0-fast-novideo`.
    FastNoVideo,
    /// `doubao-seedance-2-0-fast-video`.
    FastVideo,
    /// `doubao-seedance-2-0-mini-novideo`.
    MiniNoVideo,
    /// `doubao-seedance-2-0-mini-video`.
    MiniVideo,
}

/// Whether the request had a reference video (a `video_url` item in `content`).
///
/// Reference images and reference audio do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VideoInput {
    /// No `video_url`: the `novideo` SKUs.
    Without,
    /// One or more `video_url`: the `video` SKUs.
    With,
}

impl VideoInput {
    /// The input of a request that has a `video_url`, or has none.
    pub fn of(has_video: bool) -> Self {
        if has_video { Self::With } else { Self::Without }
    }
}

impl Sku {
    /// All SKUs, in the order of the contract.
    pub const ALL: [Self; 12] = [
        Self::Standard480pNoVideo,
        Self::Standard480pVideo,
        Self::Standard720pNoVideo,
        Self::Standard720pVideo,
        Self::Standard1080pNoVideo,
        Self::Standard1080pVideo,
        Self::Standard4kNoVideo,
        Self::Standard4kVideo,
        Self::FastNoVideo,
        Self::FastVideo,
        Self::MiniNoVideo,
        Self::MiniVideo,
    ];

    /// The SKU of a video: by the resolution that was made in the end, not the one asked for.
    ///
    /// Total: fast and mini have one pair of SKUs whatever the resolution, so an upstream that
    /// reports an unexpected resolution still leads to a price.
    pub fn of(model: Model, resolution: Resolution, video: VideoInput) -> Self {
        let (without, with) = match (model, resolution) {
            (Model::Standard, Resolution::P480) => {
                (Self::Standard480pNoVideo, Self::Standard480pVideo)
            }
            (Model::Standard, Resolution::P720) => {
                (Self::Standard720pNoVideo, Self::Standard720pVideo)
            }
            (Model::Standard, Resolution::P1080) => {
                (Self::Standard1080pNoVideo, Self::Standard1080pVideo)
            }
            (Model::Standard, Resolution::P4k) => (Self::Standard4kNoVideo, Self::Standard4kVideo),
            (Model::Fast, _) => (Self::FastNoVideo, Self::FastVideo),
            (Model::Mini, _) => (Self::MiniNoVideo, Self::MiniVideo),
        };
        match video {
            VideoInput::Without => without,
            VideoInput::With => with,
        }
    }

    /// The SKU that `name` means, to the letter.
    pub fn parse(name: &str) -> Result<Self, UnknownSku> {
        Self::ALL
            .into_iter()
            .find(|sku| sku.name() == name)
            .ok_or_else(|| UnknownSku { name: name.to_owned() })
    }

    /// The name in the contract, in configurations and in the ledger.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard480pNoVideo => "doubao-seedance-2-0-480p-novideo",
            Self::Standard480pVideo => "doubao-seedance-2-0-480p-video",
            Self::Standard720pNoVideo => "doubao-seedance-2-0-720p-novideo",
            Self::Standard720pVideo => "doubao-seedance-2-0-720p-video",
            Self::Standard1080pNoVideo => "doubao-seedance-2-0-1080p-novideo",
            Self::Standard1080pVideo => "doubao-seedance-2-0-1080p-video",
            Self::Standard4kNoVideo => "doubao-seedance-2-0-4k-novideo",
            Self::Standard4kVideo => "doubao-seedance-2-0-4k-video",
            Self::FastNoVideo => "doubao-seedance-2-0-fast-novideo",
            Self::FastVideo => "doubao-seedance-2-0-fast-video",
            Self::MiniNoVideo => "doubao-seedance-2-0-mini-novideo",
            Self::MiniVideo => "doubao-seedance-2-0-mini-video",
        }
    }
}

impl fmt::Display for Sku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The refusal of a name that is none of the twelve SKUs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownSku {
    name: String,
}

impl fmt::Display for UnknownSku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let accepted = Sku::ALL.map(|sku| format!("`{sku}`")).join(", ");
        write!(f, "SKU {} is not known; use one of {accepted}", quoted(&self.name))
    }
}

impl std::error::Error for UnknownSku {}
