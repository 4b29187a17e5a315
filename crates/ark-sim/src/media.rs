//! The files behind `video_url` and `last_frame_url`: one small clip and one still for all tasks.

use std::ops::Range;

use serde_json::json;

use crate::http::{Body, Reply, Request};
use crate::presign;
use crate::world::World;

/// Four seconds of H.264, 640x360, with the index in front so that players start at once.
static CLIP: &[u8] = include_bytes!("../media/clip.mp4");
/// The last frame of the clip.
static STILL: &[u8] = include_bytes!("../media/last-frame.png");

/// Serves a whole file or one range of it, while its URL is valid.
pub(crate) fn serve(world: &World, request: &Request) -> Reply {
    let head = &request.head;
    let secret = &world.settings.secret_access_key;
    let now_ms = world.clock().now_ms();
    if !presign::is_valid(secret, &head.path, head.pairs(), now_ms) {
        let body = json!({"Code": "AccessDenied", "Message": "Request has expired or is unsigned"});
        return Reply::json(403, body);
    }
    let (content_type, file) = match head.path.rsplit_once('.') {
        Some((_, "mp4")) => ("video/mp4", CLIP),
        Some((_, "png")) => ("image/png", STILL),
        _ => return Reply::json(404, json!({"Code": "NoSuchKey"})),
    };
    let Some(asked) = head.header("range") else {
        let body = Body::Bytes(content_type, file.into());
        return Reply::new(200, body).with("accept-ranges", "bytes");
    };
    let length = file.len();
    let part = range(asked, length);
    let Some((part, bytes)) = part.and_then(|part| Some((part.clone(), file.get(part)?))) else {
        return Reply::new(416, Body::Empty).with("content-range", format!("bytes */{length}"));
    };
    let last = part.end.saturating_sub(1);
    Reply::new(206, Body::Bytes(content_type, bytes.into()))
        .with("accept-ranges", "bytes")
        .with("content-range", format!("bytes {}-{last}/{length}", part.start))
}

/// The one range that a `Range` header asks for: `bytes=2-5`, `bytes=2-` or `bytes=-5`.
fn range(asked: &str, length: usize) -> Option<Range<usize>> {
    let (first, last) = asked.strip_prefix("bytes=")?.split_once('-')?;
    if first.is_empty() {
        let count: usize = last.parse().ok()?;
        return (count > 0).then(|| length.saturating_sub(count)..length);
    }
    let first: usize = first.parse().ok()?;
    let end = match last {
        "" => length,
        last => last.parse::<usize>().ok()?.saturating_add(1).min(length),
    };
    (first < end).then_some(first..end)
}
