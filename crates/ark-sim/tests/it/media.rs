//! The clip and the still behind the URLs of a succeeded task.

use ark_sim::{Sim, SimSettings};
use serde_json::json;

use crate::support::{Answer, DAY_S, create, get, request, seconds, send, settings, start};

/// The path and query of the two URLs of a succeeded task.
async fn urls(sim: &Sim) -> [String; 2] {
    let id = create(sim, json!({"return_last_frame": true})).await;
    sim.succeed(&id).unwrap();
    let content = get(sim, &id).await.json()["content"].clone();
    ["video_url", "last_frame_url"].map(|name| {
        let url = content[name].as_str().unwrap();
        url.strip_prefix(&sim.asset_base_url()).unwrap().to_owned()
    })
}

async fn fetch(sim: &Sim, target: &str, range: Option<&str>) -> Answer {
    let mut headers = vec![("connection", "close")];
    headers.extend(range.map(|range| ("range", range)));
    send(sim, &request("GET", target, &headers, b"")).await
}

#[tokio::test]
async fn the_urls_serve_a_clip_and_a_still() {
    let sim = start().await;
    let [video, frame] = urls(&sim).await;
    let clip = fetch(&sim, &video, None).await;
    assert_eq!((clip.status, clip.header("content-type")), (200, Some("video/mp4")));
    assert_eq!(clip.body, include_bytes!("../../media/clip.mp4"));
    assert!(clip.body.len() < 100 * 1024);
    // The index stands before the frames.
    let place = |name: &[u8]| clip.body.windows(4).position(|four| four == name).unwrap();
    assert!(place(b"moov") < place(b"mdat"));
    let still = fetch(&sim, &frame, None).await;
    assert_eq!((still.status, still.header("content-type")), (200, Some("image/png")));
    assert!(still.body.starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn a_player_can_ask_for_ranges() {
    let sim = start().await;
    let [video, _] = urls(&sim).await;
    let whole = fetch(&sim, &video, None).await.body;
    let length = whole.len();
    for (range, first, end) in [
        ("bytes=0-3".to_owned(), 0, 4),
        ("bytes=100-".to_owned(), 100, length),
        ("bytes=-10".to_owned(), length - 10, length),
        (format!("bytes=5-{}", length * 2), 5, length),
    ] {
        let part = fetch(&sim, &video, Some(&range)).await;
        assert_eq!(part.status, 206, "{range}");
        let expected = format!("bytes {first}-{}/{length}", end - 1);
        assert_eq!(part.header("content-range"), Some(expected.as_str()));
        assert_eq!(part.body, whole[first..end]);
    }
    for range in [format!("bytes={length}-"), "bytes=5-4".to_owned(), "lines=1-2".to_owned()] {
        let refused = fetch(&sim, &video, Some(&range)).await;
        assert_eq!(refused.status, 416, "{range}");
        let expected = format!("bytes */{length}");
        assert_eq!(refused.header("content-range"), Some(expected.as_str()));
    }
}

#[tokio::test]
async fn head_tells_the_length_without_the_bytes() {
    let sim = start().await;
    let [video, _] = urls(&sim).await;
    let length = fetch(&sim, &video, None).await.body.len().to_string();
    let bytes = request("HEAD", &video, &[("connection", "close")], b"");
    let answer = send(&sim, &bytes).await;
    assert_eq!(answer.header("content-length"), Some(length.as_str()));
    assert!(answer.body.is_empty());
}

#[tokio::test]
async fn a_url_is_valid_for_a_day_and_only_as_it_was_given() {
    let sim = start().await;
    let [video, _] = urls(&sim).await;
    let (path, _) = video.split_once('?').unwrap();
    for forged in [
        path.to_owned(),
        video.replace("X-Tos-Expires=86400", "X-Tos-Expires=864000"),
        video.replace(".mp4", ".png"),
    ] {
        assert_eq!(fetch(&sim, &forged, None).await.status, 403, "{forged}");
    }
    sim.clock().advance(seconds(DAY_S - 1));
    assert_eq!(fetch(&sim, &video, None).await.status, 200);
    sim.clock().advance(seconds(1));
    assert_eq!(fetch(&sim, &video, None).await.status, 403);
}

#[tokio::test]
async fn urls_can_name_a_public_host() {
    let media_base_url = Some("https://media.example".to_owned());
    let sim = Sim::start(SimSettings { media_base_url, ..settings() }).await.unwrap();
    let id = create(&sim, json!({})).await;
    sim.succeed(&id).unwrap();
    let url = get(&sim, &id).await.json()["content"]["video_url"].to_string();
    assert!(url.starts_with(&format!("\"https://media.example/media/{id}.mp4?X-Tos-")), "{url}");
}
