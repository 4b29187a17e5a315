//! The body of a GET, which is also an item of a LIST and the body of a callback.

use serde_json::{Map, Value, json};

use crate::dice::scramble;
use crate::presign;
use crate::refusal::Refusal;
use crate::tasks::life::Moment;
use crate::tasks::task::Task;
use crate::tasks::tokens::{self, FRAMES_PER_SECOND};
use crate::world::World;

/// How long media URLs are valid.
const MEDIA_SECONDS: i64 = 24 * 3600;

/// What media URLs are made with.
#[derive(Debug)]
pub(crate) struct Media<'a> {
    pub(crate) base_url: &'a str,
    /// The key that signs URLs, which they name.
    pub(crate) key: &'a str,
    pub(crate) secret: &'a str,
}

impl<'a> Media<'a> {
    pub(crate) fn of(world: &'a World) -> Self {
        let settings = &world.settings;
        let (key, secret) = (&settings.access_key_id, &settings.secret_access_key);
        Self { base_url: &world.media_base_url, key, secret }
    }
}

/// The task as it is at `moment`.
pub(crate) fn of(task: &Task, moment: &Moment, media: &Media) -> Value {
    let mut report = always(task, moment);
    match moment.status.as_ref() {
        "succeeded" => add_result(&mut report, task, moment, media),
        "failed" => drop(report.insert("error".to_owned(), error(task))),
        _ => {}
    }
    for (name, value) in &task.fields {
        match value {
            Some(value) => drop(report.insert(name.clone(), value.clone())),
            None => drop(report.remove(name)),
        }
    }
    Value::Object(report)
}

/// The fields of every state.
fn always(task: &Task, moment: &Moment) -> Map<String, Value> {
    let order = &task.order;
    let mut report = Map::new();
    let mut add = |name: &str, value: Value| drop(report.insert(name.to_owned(), value));
    add("id", json!(task.id));
    add("model", json!(order.capability.dated));
    add("status", json!(moment.status));
    add("created_at", json!(task.created_ms.div_euclid(1000)));
    add("updated_at", json!(moment.since_ms.div_euclid(1000)));
    add("service_tier", json!("default"));
    add("execution_expires_after", json!(order.expires_after_s));
    add("generate_audio", json!(order.generate_audio));
    add("draft", json!(false));
    add("priority", json!(order.priority));
    if let Some(identifier) = &order.safety_identifier {
        add("safety_identifier", json!(identifier));
    }
    if let Some(tools) = &order.tools {
        add("tools", tools.clone());
    }
    report
}

/// What a succeeded task adds.
fn add_result(report: &mut Map<String, Value>, task: &Task, moment: &Moment, media: &Media) {
    let order = &task.order;
    let chance = chance(&task.id);
    // `adaptive` is resolved, and so is a duration that was left to the model.
    let ratio = match order.ratio.as_str() {
        "adaptive" => "16:9",
        ratio => ratio,
    };
    let duration = match order.duration {
        -1 => i64::from((chance % 12) as u32) + 4,
        seconds => seconds,
    };
    let seed = match order.seed {
        -1 => i64::from((chance >> 33) as u32),
        seed => seed,
    };
    let url = |ending: &str| {
        let path = format!("/media/{}.{ending}", task.id);
        presign::url(media, &path, moment.since_ms, MEDIA_SECONDS)
    };
    let mut content = json!({"video_url": url("mp4")});
    if let (true, Some(members)) = (order.return_last_frame, content.as_object_mut()) {
        members.insert("last_frame_url".to_owned(), url("png").into());
    }
    let tokens = tokens::billed(order.resolution, ratio, duration, order.has_video);
    let mut add = |name: &str, value: Value| drop(report.insert(name.to_owned(), value));
    add("content", content);
    add("seed", json!(seed));
    add("resolution", json!(order.resolution));
    add("ratio", json!(ratio));
    add("duration", json!(duration));
    add("framespersecond", json!(FRAMES_PER_SECOND));
    if let Some(usage) = usage(task, tokens) {
        add("usage", usage);
    }
}

/// The usage, or what a test wants in its place.
fn usage(task: &Task, tokens: i64) -> Option<Value> {
    let counters = |tokens: &Value| json!({"completion_tokens": tokens, "total_tokens": tokens});
    match &task.usage {
        None => Some(counters(&json!(tokens))),
        Some(usage) if usage.is_null() => None,
        Some(usage) if usage.is_object() => Some(usage.clone()),
        Some(tokens) => Some(counters(tokens)),
    }
}

/// Why the task failed; without a reason when a test gave none.
fn error(task: &Task) -> Value {
    let (code, message) = task.error.clone().unwrap_or_else(|| {
        let unknown = Refusal::internal();
        (unknown.code, unknown.message)
    });
    json!({"code": code, "message": message})
}

/// A number that the id determines, so that every look shows the same choice of the model.
fn chance(id: &str) -> u64 {
    id.bytes().fold(0, |chance, byte| scramble(chance ^ u64::from(byte)))
}
