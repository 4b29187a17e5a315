//! What each model can do: one table, and the questions that are asked of it.
//!
//! Source: sections 2 and 5 of the public contract. Which of these a request may combine is
//! decided where the request is read.

use crate::clip_duration::ClipDuration;
use crate::model::Model;
use crate::ratio::Ratio;
use crate::resolution::Resolution;
use crate::service_tier::ServiceTier;

/// One row of the table.
struct Capability {
    resolutions: &'static [Resolution],
    ratios: &'static [Ratio],
    /// Shortest and longest clip, in seconds.
    seconds: (u8, u8),
    service_tiers: &'static [ServiceTier],
    audio_input: bool,
    draft: bool,
}

/// The model with everything.
const STANDARD: Capability = Capability {
    resolutions: &Resolution::ALL,
    ratios: &Ratio::ALL,
    seconds: (ClipDuration::MIN_SECONDS, ClipDuration::MAX_SECONDS),
    service_tiers: &[ServiceTier::Default],
    audio_input: true,
    draft: false,
};

const FAST: Capability =
    Capability { resolutions: &[Resolution::P480, Resolution::P720], ..STANDARD };

/// Mini refuses audio by the contract, although the upstream would take it.
const MINI: Capability = Capability { audio_input: false, ..FAST };

impl Model {
    fn capability(self) -> &'static Capability {
        match self {
            Self::Standard => &STANDARD,
            Self::Fast => &FAST,
            Self::Mini => &MINI,
        }
    }

    /// The resolutions that this model can make, smallest first.
    pub fn resolutions(self) -> &'static [Resolution] {
        self.capability().resolutions
    }

    /// Whether this model can make videos of `resolution`.
    pub fn supports(self, resolution: Resolution) -> bool {
        self.resolutions().contains(&resolution)
    }

    /// The ratios that this model can make: all of them, at every resolution that it has.
    pub fn ratios(self) -> &'static [Ratio] {
        self.capability().ratios
    }

    /// Whether this model makes clips of that length, and may choose the length itself.
    pub fn accepts_duration(self, duration: ClipDuration) -> bool {
        let (shortest, longest) = self.capability().seconds;
        match duration {
            ClipDuration::Auto => true,
            ClipDuration::Seconds(seconds) => (shortest..=longest).contains(&seconds),
        }
    }

    /// The service tiers that this model runs in.
    pub fn service_tiers(self) -> &'static [ServiceTier] {
        self.capability().service_tiers
    }

    /// Whether this model takes audio references.
    pub fn accepts_audio_input(self) -> bool {
        self.capability().audio_input
    }

    /// Whether this model makes drafts.
    pub fn accepts_draft(self) -> bool {
        self.capability().draft
    }
}
