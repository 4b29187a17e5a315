//! The four ways of making a video, which exclude each other.

/// What a request starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scene {
    /// Text alone.
    Text,
    /// One image, with which the video starts.
    FirstFrame,
    /// Two images, with which the video starts and ends.
    FirstAndLastFrame,
    /// Up to 9 images, 3 videos and 3 audios as references.
    Reference,
}
