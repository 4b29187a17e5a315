//! What a connection waits for its client to do.

use crate::metrics::Slowness;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Awaited {
    FirstByte,
    Head,
    Body,
    /// The client takes its answer.
    Reading,
    NextRequest,
    /// A refused client goes away.
    End,
}

impl Awaited {
    /// A few words for the log.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::FirstByte => "the first byte",
            Self::Head => "the head",
            Self::Body => "the body",
            Self::Reading => "reading the answer",
            Self::NextRequest => "the next request",
            Self::End => "the end",
        }
    }

    /// What it is counted as when the client is too slow.
    pub(super) fn slowness(self) -> Slowness {
        match self {
            Self::FirstByte | Self::NextRequest => Slowness::Idle,
            Self::Head => Slowness::Head,
            Self::Body => Slowness::Body,
            Self::Reading | Self::End => Slowness::Answer,
        }
    }
}
