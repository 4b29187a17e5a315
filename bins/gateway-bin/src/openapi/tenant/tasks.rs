//! The task surface: four operations, and what goes in and out.

use seedance_model::{Model, Ratio, Resolution, Role, TaskStatus};
use serde_json::{Map, Value, json};

use super::{ALWAYS, DONE, REFUSALS, WITH_BODY, client_id_parameter};
use crate::error::Kind;
use crate::openapi::parts::{content, headers, schema};
use crate::paths::TASKS;

/// What a create refuses besides.
const CREATING: &[Kind] = &[
    Kind::InvalidDuration,
    Kind::Native,
    Kind::BudgetExceeded,
    Kind::AssetNotFound,
    Kind::IdempotencyConflict,
    Kind::TooManyLiveTasks,
    Kind::ServiceError,
];

pub(super) fn paths() -> Map<String, Value> {
    Map::from_iter([
        (TASKS.to_owned(), json!({"post": create(), "get": list()})),
        (format!("{TASKS}/{{id}}"), json!({"get": get(), "delete": delete()})),
    ])
}

/// An operation without a body.
fn operation(
    id: &str,
    summary: &str,
    parameters: Vec<Value>,
    done: &Value,
    refuses: &[Kind],
) -> Value {
    let mut parameters = parameters;
    parameters.push(client_id_parameter());
    let mut answers = REFUSALS.answers(&[ALWAYS, refuses]);
    let done = json!({"description": "Done.", "headers": headers(DONE), "content": done});
    answers.insert("200".to_owned(), done);
    json!({
        "operationId": id,
        "summary": summary,
        "tags": ["tasks"],
        "parameters": parameters,
        "responses": answers,
    })
}

fn create() -> Value {
    let key = json!({
        "name": "Idempotency-Key",
        "in": "header",
        "required": false,
        "description": "The same key with the same body gives the same task, whatever the timing.",
        "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
        "example": "order-17",
    });
    let done = content(&schema("CreatedTask"), &[("created", json!({"id": ID}))]);
    let refuses = [CREATING, WITH_BODY].concat();
    let mut create = operation("createTask", "Create a task.", vec![key], &done, &refuses);
    if let Some(members) = create.as_object_mut() {
        let body =
            content(&schema("NewTask"), &[("text", order()), ("references", reference_order())]);
        members.insert("requestBody".to_owned(), json!({"required": true, "content": body}));
    }
    create
}

fn list() -> Value {
    let page = json!({"items": [task()], "total": 1});
    let done = content(&schema("TaskPage"), &[("page", page)]);
    let summary = "List the tasks of the last seven days, newest first.";
    operation("listTasks", summary, filters(), &done, &[])
}

fn get() -> Value {
    let done = content(&schema("Task"), &[("succeeded", task()), ("queued", queued())]);
    let refuses = [Kind::TaskNotFound, Kind::ServiceError];
    operation("getTask", "Show a task.", vec![id()], &done, &refuses)
}

fn delete() -> Value {
    let done = content(&json!({"type": "object", "maxProperties": 0}), &[("done", json!({}))]);
    let refuses = [
        Kind::TaskNotFound,
        Kind::RunningTask,
        Kind::CancelledTask,
        Kind::Native,
        Kind::ServiceError,
    ];
    let summary = "Cancel a queued task, or delete one that has ended.";
    operation("deleteTask", summary, vec![id()], &done, &refuses)
}

fn id() -> Value {
    json!({"name": "id", "in": "path", "required": true, "description": "The id of the task.",
        "schema": {"type": "string"}, "example": ID})
}

fn filters() -> Vec<Value> {
    let one = |name: &str, text: &str, schema: Value, example: Value| {
        json!({"name": name, "in": "query", "required": false, "description": text,
            "schema": schema, "example": example})
    };
    let number =
        |usual: u32| json!({"type": "integer", "minimum": 1, "maximum": 500, "default": usual});
    let names: Vec<&str> = Model::accepted_names().collect();
    let model = json!({"type": "string", "enum": names});
    let tier = json!({"type": "string", "enum": ["default", "flex"]});
    let ids = json!({"type": "array", "items": {"type": "string"}});
    vec![
        one("page_num", "Which page.", number(1), json!(1)),
        one("page_size", "Tasks of a page.", number(10), json!(10)),
        one("filter.status", "Only those in this state.", status(), json!("succeeded")),
        one("filter.task_ids", "Only these; may be repeated.", ids, json!([ID])),
        one("filter.model", "Only those of this model.", model, json!("doubao-seedance-2-0")),
        one("filter.service_tier", "`flex` matches nothing.", tier, json!("default")),
    ]
}

pub(super) fn schemas() -> Map<String, Value> {
    let page = json!({
        "type": "object",
        "required": ["items", "total"],
        "properties": {
            "items": {"type": "array", "items": schema("Task")},
            "total": {"type": "integer", "description": "All that match, over all pages."},
        },
        "additionalProperties": false,
    });
    let created = json!({"type": "object", "required": ["id"],
        "properties": {"id": {"type": "string"}}, "additionalProperties": false});
    Map::from_iter([
        ("NewTask".to_owned(), new_task()),
        ("ContentItem".to_owned(), content_item()),
        ("CreatedTask".to_owned(), created),
        ("Task".to_owned(), task_schema()),
        ("TaskPage".to_owned(), page),
    ])
}

fn status() -> Value {
    json!({"type": "string", "enum": TaskStatus::ALL.map(TaskStatus::name)})
}

/// `null` is the same as absent.
fn optional(schema: &Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

fn new_task() -> Value {
    let names: Vec<&str> = Model::accepted_names().collect();
    let boolean = || optional(&json!({"type": "boolean"}));
    let within =
        |from: u32, to: u32| optional(&json!({"type": "integer", "minimum": from, "maximum": to}));
    let one_of = |all: &[&str]| optional(&json!({"type": "string", "enum": all}));
    json!({
        "type": "object",
        "description": "Fields that are not named here are passed on as they came.",
        "required": ["model", "content"],
        "properties": {
            "model": {"type": "string", "enum": names},
            "content": {"type": "array", "minItems": 1, "items": schema("ContentItem")},
            "duration": optional(&json!({"type": "integer", "description": "Seconds; -1: the model chooses.",
                "anyOf": [{"const": -1}, {"minimum": 4, "maximum": 15}]})),
            "ratio": one_of(&Ratio::ALL.map(Ratio::name)),
            "resolution": one_of(&Resolution::ALL.map(Resolution::name)),
            "generate_audio": boolean(),
            "watermark": boolean(),
            "return_last_frame": boolean(),
            "execution_expires_after": within(3_600, 259_200),
            "priority": within(0, 9),
            "safety_identifier": optional(&json!({"type": "string", "minLength": 1, "maxLength": 64})),
            "service_tier": one_of(&["default"]),
            "draft": optional(&json!({"type": "boolean", "const": false})),
            "callback_url": optional(
                &json!({"type": "string", "description": "A public `https` URL."})
            ),
            "CallbackURL": {"description": "Another name of `callback_url`, which wins."},
            "references": {"type": "null", "description": "Use `content`."},
        },
    })
}

fn content_item() -> Value {
    let medium = json!({"anyOf": [
        {"type": "object", "required": ["url"], "properties": {"url": {"type": "string"}}},
        {"type": "null"},
    ]});
    json!({
        "type": "object",
        "required": ["type"],
        "properties": {
            "type": {"type": "string", "enum": ["text", "image_url", "video_url", "audio_url"]},
            "text": optional(&json!({"type": "string"})),
            "image_url": medium,
            "video_url": medium,
            "audio_url": medium,
            "role": optional(&json!({"type": "string", "enum": Role::ALL.map(Role::name)})),
        },
    })
}

fn task_schema() -> Value {
    let text = || json!({"type": "string"});
    let number = || json!({"type": "integer"});
    json!({
        "type": "object",
        "description": "What the model service does not say is left out.",
        "required": ["id", "model", "status"],
        "properties": {
            "id": text(),
            "model": {"type": "string", "enum": Model::ALL.map(Model::name)},
            "status": status(),
            "error": {"anyOf": [{"type": "object", "properties": {"code": text(), "message": text()}},
                {"type": "null"}]},
            "content": {"type": "object",
                "properties": {"video_url": text(), "last_frame_url": text()}},
            "usage": {"type": "object", "properties": {"completion_tokens": number(),
                "total_tokens": number(), "tool_usage": {"type": "object"}}},
            "created_at": number(),
            "updated_at": number(),
            "seed": number(),
            "resolution": text(),
            "ratio": text(),
            "duration": number(),
            "frames": number(),
            "framespersecond": number(),
            "service_tier": text(),
            "execution_expires_after": number(),
            "generate_audio": {"type": "boolean"},
            "draft": {"type": "boolean"},
            "tools": {"type": "array"},
            "safety_identifier": text(),
            "priority": number(),
        },
    })
}

/// The task of the examples.
const ID: &str = "cgt-20260611204121-462cw";

fn order() -> Value {
    json!({
        "model": "doubao-seedance-2-0",
        "content": [{"type": "text", "text": "A paper boat on calm water at dawn."}],
        "duration": 4,
        "ratio": "16:9",
        "resolution": "4k",
        "safety_identifier": "user-hash-001",
    })
}

fn reference_order() -> Value {
    let video = json!({"type": "video_url", "role": "reference_video",
        "video_url": {"url": "asset://asset-20260611210100-efgh2"}});
    json!({
        "model": "doubao-seedance-2-0-mini",
        "content": [{"type": "text", "text": "The same, at night."}, video],
        "duration": -1,
    })
}

fn queued() -> Value {
    json!({"id": ID, "model": "doubao-seedance-2-0", "status": "queued",
        "created_at": 1_781_181_681, "updated_at": 1_781_181_681})
}

fn task() -> Value {
    json!({
        "id": ID,
        "model": "doubao-seedance-2-0",
        "status": "succeeded",
        "content": {"video_url": "https://example.com/v.mp4"},
        "usage": {"completion_tokens": 785_700, "total_tokens": 785_700},
        "created_at": 1_781_181_681,
        "updated_at": 1_781_181_802,
        "seed": 58_944,
        "resolution": "4k",
        "ratio": "16:9",
        "duration": 4,
        "framespersecond": 24,
        "service_tier": "default",
        "execution_expires_after": 172_800,
        "generate_audio": true,
        "safety_identifier": "user-hash-001",
        "priority": 0,
    })
}
