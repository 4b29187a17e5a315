//! What GET shows of a task over its life.

use ark_sim::{Pace, Sim, SimSettings};
use serde_json::json;

use crate::support::{DAY_S, START_MS, create, get, list, order, post, seconds, settings, start};

#[tokio::test]
async fn a_task_is_queued_then_running_then_succeeded() {
    let sim = start().await;
    let id = create(&sim, json!({"resolution": "720p", "ratio": "16:9", "duration": 4})).await;
    assert!(id.starts_with("cgt-20260611204121-"), "{id}");

    let queued = json!({
        "id": id,
        "model": "doubao-seedance-2-0-260128",
        "status": "queued",
        "created_at": START_MS / 1000,
        "updated_at": START_MS / 1000,
        "service_tier": "default",
        "execution_expires_after": 172_800,
        "generate_audio": true,
        "draft": false,
        "priority": 0,
    });
    assert_eq!(get(&sim, &id).await.json(), queued);

    sim.clock().advance(seconds(2));
    let running = get(&sim, &id).await.json();
    assert_eq!(running["status"], "running");
    assert_eq!(running["updated_at"], START_MS / 1000 + 2);

    sim.clock().advance(seconds(8));
    let succeeded = get(&sim, &id).await.json();
    assert_eq!(succeeded["status"], "succeeded");
    assert_eq!(succeeded["updated_at"], START_MS / 1000 + 10);
    assert_eq!(succeeded["usage"], json!({"completion_tokens": 87_300, "total_tokens": 87_300}));
    for (name, value) in [
        ("resolution", json!("720p")),
        ("ratio", json!("16:9")),
        ("duration", json!(4)),
        ("framespersecond", json!(24)),
    ] {
        assert_eq!(succeeded[name], value, "{name}");
    }
    assert!(succeeded["seed"].is_u64());
    assert!(succeeded["content"]["video_url"].is_string());
    assert!(succeeded["content"].get("last_frame_url").is_none());
    assert!(succeeded.get("error").is_none(), "an error is omitted, not null");
}

#[tokio::test]
async fn choices_left_to_the_model_are_made_once() {
    let sim = start().await;
    let id = create(&sim, json!({"duration": -1, "return_last_frame": true})).await;
    sim.clock().advance(seconds(10));
    let first = get(&sim, &id).await.json();
    assert_eq!(first["ratio"], "16:9");
    assert!((4..=15).contains(&first["duration"].as_i64().unwrap()));
    assert!(first["content"]["last_frame_url"].is_string());
    assert_eq!(get(&sim, &id).await.json(), first);
}

#[tokio::test]
async fn a_video_as_input_costs_its_seconds_too() {
    let sim = start().await;
    let content = json!([
        {"type": "text", "text": "the same, at night"},
        {"type": "video_url", "role": "reference_video",
         "video_url": {"url": "https://media.example/in.mp4"}},
    ]);
    let id = create(&sim, json!({"content": content, "ratio": "16:9", "duration": 15})).await;
    sim.succeed(&id).unwrap();
    assert_eq!(get(&sim, &id).await.json()["usage"]["completion_tokens"], 540_000);
}

#[tokio::test]
async fn a_task_that_waits_too_long_expires() {
    let pace = Pace::HELD;
    let sim = Sim::start(SimSettings { pace, ..settings() }).await.unwrap();
    let id = create(&sim, json!({"execution_expires_after": 3600})).await;
    sim.clock().advance(seconds(3599));
    assert_eq!(get(&sim, &id).await.json()["status"], "queued");
    sim.clock().advance(seconds(1));
    let expired = get(&sim, &id).await.json();
    assert_eq!(expired["status"], "expired");
    assert_eq!(expired["updated_at"], START_MS / 1000 + 3600);
    assert!(expired.get("usage").is_none());
}

#[tokio::test]
async fn a_record_vanishes_after_seven_days() {
    let sim = start().await;
    let id = create(&sim, json!({})).await;
    sim.clock().advance(seconds(7 * DAY_S - 1));
    assert_eq!(get(&sim, &id).await.status, 200);
    sim.clock().advance(seconds(1));
    get(&sim, &id).await.is(404, "NotFound.task_id");
    assert_eq!(list(&sim, "").await.json(), json!({"items": [], "total": 0}));
    let task = sim.task(&id).unwrap();
    assert!(!task.visible);
    assert_eq!(task.status, "succeeded", "what was bought is still known");
}

#[tokio::test]
async fn a_new_task_can_stay_invisible_for_a_while() {
    let settings = SimSettings { visible_after: seconds(2), ..settings() };
    let sim = Sim::start(settings).await.unwrap();
    let id = create(&sim, json!({})).await;
    assert_eq!(get(&sim, &id).await.status, 404);
    assert_eq!(list(&sim, "").await.json()["total"], 0);
    sim.clock().advance(seconds(2));
    assert_eq!(get(&sim, &id).await.status, 200);
}

#[tokio::test]
async fn a_failed_task_says_why_and_costs_nothing() {
    let sim = start().await;
    let id = create(&sim, json!({})).await;
    sim.fail(&id, "OutputVideoSensitiveContentDetected", "No.").unwrap();
    let failed = get(&sim, &id).await.json();
    assert_eq!(failed["status"], "failed");
    let error = json!({"code": "OutputVideoSensitiveContentDetected", "message": "No."});
    assert_eq!(failed["error"], error);
    assert!(failed.get("usage").is_none() && failed.get("content").is_none());
}

#[tokio::test]
async fn a_test_decides_what_usage_looks_like() {
    let sim = start().await;
    let id = create(&sim, json!({})).await;
    sim.succeed(&id).unwrap();
    for tokens in [json!(0), json!(-1), json!("87300"), json!(1.5), json!(1_u64 << 63)] {
        sim.set_usage(&id, tokens.clone()).unwrap();
        let usage = get(&sim, &id).await.json()["usage"].clone();
        assert_eq!(usage, json!({"completion_tokens": tokens, "total_tokens": tokens}));
    }
    sim.set_usage(&id, json!({"completion_tokens": 7})).unwrap();
    assert_eq!(get(&sim, &id).await.json()["usage"], json!({"completion_tokens": 7}));
    sim.set_usage(&id, json!(null)).unwrap();
    assert!(get(&sim, &id).await.json().get("usage").is_none());
}

#[tokio::test]
async fn a_test_decides_what_fields_look_like() {
    let sim = start().await;
    let id = create(&sim, json!({})).await;
    sim.set_field(&id, "resolution", json!("8k")).unwrap();
    sim.remove_field(&id, "priority").unwrap();
    let report = get(&sim, &id).await.json();
    assert_eq!(report["resolution"], "8k");
    assert!(report.get("priority").is_none());
}

#[tokio::test]
async fn a_walk_shows_one_status_per_look_and_then_stays() {
    let sim = start().await;
    let id = create(&sim, json!({})).await;
    sim.walk(&id, &["running", "dreaming", "succeeded", "running"]).unwrap();
    let mut seen = Vec::new();
    for look in 0..6 {
        let report = if look % 2 == 0 {
            get(&sim, &id).await.json()
        } else {
            list(&sim, "").await.json()["items"][0].clone()
        };
        seen.push(report["status"].as_str().unwrap().to_owned());
    }
    let expected = ["running", "dreaming", "succeeded", "running", "running", "running"];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_forgotten_task_is_404_and_an_unknown_one_cannot_be_driven() {
    let sim = start().await;
    let id = create(&sim, json!({})).await;
    sim.forget(&id).unwrap();
    get(&sim, &id).await.is(404, "NotFound.task_id");
    assert_eq!(
        sim.succeed("cgt-0").unwrap_err().to_string(),
        "the simulator has no task or asset `cgt-0`"
    );
}

#[tokio::test]
async fn ids_are_unique_within_one_second() {
    let sim = start().await;
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..200 {
        ids.insert(post(&sim, &order(json!({}))).await.json()["id"].to_string());
    }
    assert_eq!(ids.len(), 200);
}
