//! `content[]`: the items, their roles, and the scene that they make together.

use serde_json::Value;

use crate::assets::Reference;
use crate::refusal::Refusal;
use crate::rules::{present, text};

/// What the media of a request are for, in the words of the upstream's messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Text,
    FirstFrame,
    FirstAndLastFrame,
    Reference,
}

impl Mode {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "t2v",
            Self::FirstFrame => "i2v",
            Self::FirstAndLastFrame => "flf2v",
            Self::Reference => "r2v",
        }
    }
}

/// The checked content.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) mode: Mode,
    pub(super) has_video: bool,
    pub(super) assets: Vec<Reference>,
}

/// One kind of media: content type, role as a reference, how many, and the type of its assets.
struct Kind {
    name: &'static str,
    reference: &'static str,
    most: usize,
    asset_type: &'static str,
}

const KINDS: [Kind; 3] = [
    Kind { name: "image_url", reference: "reference_image", most: 9, asset_type: "Image" },
    Kind { name: "video_url", reference: "reference_video", most: 3, asset_type: "Video" },
    Kind { name: "audio_url", reference: "reference_audio", most: 3, asset_type: "Audio" },
];

/// A media item: its kind, its role and where it comes from.
struct Medium<'a> {
    kind: &'static Kind,
    role: Option<&'a str>,
    path: String,
    url: &'a str,
}

/// Checks the items one by one, then what they are together.
pub(super) fn check(content: Option<&Value>) -> Result<Content, Refusal> {
    let content = content.ok_or_else(|| Refusal::missing("content"))?;
    let items = content
        .as_array()
        .ok_or_else(|| Refusal::invalid("content", "content must be an array"))?;
    if items.is_empty() {
        return Err(Refusal::missing("content"));
    }
    let mut media = Vec::new();
    for (place, item) in items.iter().enumerate() {
        media.extend(medium(item, &format!("content[{place}]"))?);
    }
    for medium in &media {
        check_url(medium)?;
    }
    Ok(Content {
        mode: scene(&media)?,
        has_video: media.iter().any(|medium| medium.kind.name == "video_url"),
        assets: media.iter().filter_map(asset).collect(),
    })
}

/// The medium of an item; `None` for text.
fn medium<'a>(item: &'a Value, path: &str) -> Result<Option<Medium<'a>>, Refusal> {
    let type_path = format!("{path}.type");
    let name = present(item, "type").ok_or_else(|| Refusal::missing(&type_path))?;
    if name == "text" {
        let missing = || Refusal::missing(&format!("{path}.text"));
        return text(item, "text")?.map(|_| None).ok_or_else(missing);
    }
    let kind = KINDS
        .iter()
        .find(|kind| name == kind.name)
        .ok_or_else(|| Refusal::invalid(&type_path, "unknown content type"))?;
    let path = format!("{path}.{}", kind.name);
    let source = present(item, kind.name).ok_or_else(|| Refusal::missing(&path))?;
    let path = format!("{path}.url");
    // A plain string in place of the object is refused.
    let url = present(source, "url").ok_or_else(|| Refusal::missing(&path))?;
    let url = url.as_str().ok_or_else(|| Refusal::invalid(&path, "invalid url"))?;
    let role = text(item, "role")?;
    Ok(Some(Medium { kind, role, path, url }))
}

fn check_url(medium: &Medium) -> Result<(), Refusal> {
    let Medium { kind, path, url, .. } = medium;
    if kind.name == "video_url" && url.starts_with("data:") {
        let reason = "reference_video must be provided as a web url";
        return Err(Refusal::invalid(path, reason));
    }
    let data = format!("data:{}/", kind.asset_type.to_ascii_lowercase());
    let known = ["http://", "https://", "asset://", &data];
    let starts = known.iter().any(|start| url.starts_with(start));
    // The format of a data URL must be in lower case.
    let head = url.split(';').next().unwrap_or_default();
    let upper_data = url.starts_with("data:") && head.bytes().any(|byte| byte.is_ascii_uppercase());
    if !starts || upper_data {
        return Err(Refusal::invalid(path, "invalid url"));
    }
    Ok(())
}

/// The scene: first frame, first and last frame, or references, and never a mixture.
fn scene(media: &[Medium]) -> Result<Mode, Refusal> {
    check_counts(media)?;
    check_reference_roles(media)?;
    let (first, last, references) = count_roles(media)?;
    for (name, count) in [("first", first), ("last", last)] {
        if count > 1 {
            let reason =
                format!("expected at most one {name} frame image content but got {count} instead");
            return Err(refusal(reason));
        }
    }
    match (first, last, references) {
        (0, 0, 0) => Ok(Mode::Text),
        (1, 0, 0) => Ok(Mode::FirstFrame),
        (1, 1, 0) => Ok(Mode::FirstAndLastFrame),
        (0, 0, _) if media.iter().all(|medium| medium.kind.name == "audio_url") => {
            // Assumed: the rule is documented, the message is not.
            Err(refusal("audio cannot be the only reference media"))
        }
        (0, 0, _) => Ok(Mode::Reference),
        // Assumed, as above.
        (0, _, 0) => Err(refusal("last frame image content requires a first frame")),
        _ => Err(refusal("first/last frame content cannot be mixed with reference media content")),
    }
}

/// How many first frames, last frames and references there are.
fn count_roles(media: &[Medium]) -> Result<(usize, usize, usize), Refusal> {
    let images = || media.iter().filter(|medium| medium.kind.name == "image_url");
    let (mut first, mut last, mut references) = (0, 0, media.len() - images().count());
    for image in images() {
        match image.role {
            // A single image is the first frame by itself.
            None if media.len() == 1 => first += 1,
            None => return Err(refusal("role must be specified for image contents")),
            Some("first_frame") => first += 1,
            Some("last_frame") => last += 1,
            Some("reference_image") => references += 1,
            Some(_) => return Err(refusal("invalid role specified for image content")),
        }
    }
    Ok((first, last, references))
}

/// Assumed: the limits are documented, the message is not.
fn check_counts(media: &[Medium]) -> Result<(), Refusal> {
    for Kind { name, most, .. } in &KINDS {
        let count = media.iter().filter(|medium| medium.kind.name == *name).count();
        if count > *most {
            return Err(refusal(format!("expected at most {most} {name} but got {count}")));
        }
    }
    Ok(())
}

fn refusal(reason: impl AsRef<str>) -> Refusal {
    Refusal::invalid("content", reason)
}

/// Video and audio have one role only.
fn check_reference_roles(media: &[Medium]) -> Result<(), Refusal> {
    for medium in media.iter().filter(|medium| medium.kind.name != "image_url") {
        let kind = medium.kind;
        if medium.role.is_some_and(|role| role != kind.reference) {
            let word = kind.asset_type.to_ascii_lowercase();
            let reason =
                format!("reference media mode requires {word} role to be {}", kind.reference);
            return Err(refusal(reason));
        }
    }
    Ok(())
}

fn asset(medium: &Medium) -> Option<Reference> {
    let id = medium.url.strip_prefix("asset://")?;
    Some(Reference {
        id: id.to_owned(),
        path: medium.path.clone(),
        asset_type: medium.kind.asset_type,
    })
}
