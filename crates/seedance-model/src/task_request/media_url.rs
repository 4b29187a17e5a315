//! Which URLs a media item may have.
//!
//! Only the form is checked. Whether an asset belongs to the tenant, and whether a host is on the
//! public internet, is for others to find out.

use super::MediaPolicy;
use super::asset_ref;
use crate::error::{Error, ErrorKind, shown};
use crate::media_kind::MediaKind;
use crate::task_id::is_identifier;

/// What a media URL leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaUrl {
    /// An asset of the library.
    Asset,
    /// An `http(s)` URL.
    Public,
    /// The content itself, in a `data:` URL.
    Inline,
}

/// Checks the URL of a media item; `path` is for the refusal.
pub(super) fn check(
    url: &str,
    kind: MediaKind,
    policy: MediaPolicy,
    path: &dyn Fn() -> String,
) -> Result<MediaUrl, Error> {
    if let Some(id) = asset_ref::target(url) {
        return if is_identifier(id) {
            Ok(MediaUrl::Asset)
        } else {
            Err(asset_ref::malformed(path(), url))
        };
    }
    let refuse = |error_kind, reason: &str| {
        let path = path();
        let message = format!("{path} {} {reason}", shown(url));
        Err(Error::new(error_kind, path, message))
    };
    if url.trim().is_empty() {
        return refuse(ErrorKind::Missing, "is blank; use `asset://<id>`");
    }
    if is_identifier(url) {
        let reason = format!("has no scheme; use `asset://{url}` if it is an asset");
        return refuse(ErrorKind::Malformed, &reason);
    }
    if policy == MediaPolicy::AssetOnly {
        let reason = "is no asset; upload it to the asset library and use `asset://<id>`";
        return refuse(ErrorKind::Unsupported, reason);
    }
    if has_scheme(url, "https://") || has_scheme(url, "http://") {
        return Ok(MediaUrl::Public);
    }
    if !has_scheme(url, "data:") {
        let reason = "is no media URL; use `asset://<id>` or a public `https://` URL";
        return refuse(ErrorKind::Malformed, reason);
    }
    if kind == MediaKind::Video {
        return refuse(ErrorKind::Unsupported, "holds a video itself; use a URL that leads to it");
    }
    if is_inline(url, kind) {
        return Ok(MediaUrl::Inline);
    }
    let reason = format!("is no `data:{kind}/<format>;base64,…` with the format in lower case");
    refuse(ErrorKind::Malformed, &reason)
}

/// Whether `url` starts with `scheme`, in any letter case.
pub(crate) fn has_scheme(url: &str, scheme: &str) -> bool {
    url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// Whether this is `data:<kind>/<format>;base64,<base64>`, to the letter.
fn is_inline(url: &str, kind: MediaKind) -> bool {
    let parts = url
        .strip_prefix("data:")
        .and_then(|rest| rest.strip_prefix(kind.noun()))
        .and_then(|rest| rest.strip_prefix('/'))
        .and_then(|rest| rest.split_once(";base64,"));
    let Some((format, content)) = parts else {
        return false;
    };
    let of_format = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '.' | '+' | '-');
    let of_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    !format.is_empty()
        && !content.is_empty()
        && format.chars().all(of_format)
        && content.chars().all(of_base64)
}
