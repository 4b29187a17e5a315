//! What the upstream says about a task.
//!
//! Open where requests are strict: a reply was paid for, so whatever can be read of it is read.
//! A field of an unexpected type is as good as absent, and an unknown status is not an error.

mod public_body;

use crate::error::{Error, ErrorKind};
use crate::json::{Json, Object, Strictness, parse};
use crate::model::Model;
use crate::resolution::Resolution;
use crate::service_tier::ServiceTier;
use crate::task_id::TaskId;
use crate::task_status::TaskStatus;
use crate::usage::Usage;

/// A lens on the body of an upstream GET, or on an item of an upstream LIST.
///
/// Getters answer `None` for what is absent, `null` or of another type than documented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskReport {
    id: TaskId,
    body: Object,
}

impl TaskReport {
    /// Reads the body of a GET; fails only if it is no JSON object, or has no `id` that a task
    /// can have.
    pub fn parse(body: &[u8]) -> Result<Self, Error> {
        Self::from_json(parse(body, Strictness::Reply)?)
    }

    /// Reads an item of a LIST; fails as [`TaskReport::parse`] does.
    pub fn from_json(json: Json) -> Result<Self, Error> {
        let body = json.into_object()?;
        let id = body
            .get("id")
            .ok_or_else(|| Error::new(ErrorKind::Missing, "id", "id is missing from the reply"))?;
        let task_id = id.as_str().and_then(TaskId::parse).ok_or_else(|| {
            let message = format!("id must be a task id, not {}", id.described());
            Error::new(ErrorKind::Malformed, "id", message)
        })?;
        Ok(Self { id: task_id, body })
    }

    /// The task's id.
    pub fn id(&self) -> &TaskId {
        &self.id
    }

    /// The status; `None` for one that nobody knows, see [`TaskReport::status_text`].
    pub fn status(&self) -> Option<TaskStatus> {
        TaskStatus::parse(self.status_text())
    }

    /// The status as it was written; empty if there is none.
    pub fn status_text(&self) -> &str {
        self.text("status").unwrap_or_default()
    }

    /// What is to be charged if the task succeeded.
    pub fn usage(&self) -> Usage {
        Usage::of(&self.body)
    }

    /// The upstream's name of the model; never for tenants.
    pub fn model_text(&self) -> Option<&str> {
        self.text("model")
    }

    /// The resolution of the video that was made, which selects the price.
    pub fn resolution(&self) -> Option<Resolution> {
        self.text("resolution").and_then(|name| Resolution::parse(name).ok())
    }

    /// The ratio of the video that was made, as it was written.
    pub fn ratio_text(&self) -> Option<&str> {
        self.text("ratio")
    }

    /// The length of the video that was made, in seconds.
    pub fn duration(&self) -> Option<i64> {
        self.integer("duration")
    }

    /// `seed`.
    pub fn seed(&self) -> Option<i64> {
        self.integer("seed")
    }

    /// `priority`.
    pub fn priority(&self) -> Option<i64> {
        self.integer("priority")
    }

    /// `safety_identifier`.
    pub fn safety_identifier(&self) -> Option<&str> {
        self.text("safety_identifier")
    }

    /// `execution_expires_after`, in seconds.
    pub fn execution_expires_after_seconds(&self) -> Option<i64> {
        self.integer("execution_expires_after")
    }

    /// `service_tier`, if it is one that is known.
    pub fn service_tier(&self) -> Option<ServiceTier> {
        self.text("service_tier").and_then(ServiceTier::parse)
    }

    /// `generate_audio`.
    pub fn generate_audio(&self) -> Option<bool> {
        self.body.get("generate_audio").and_then(Json::as_bool)
    }

    /// `created_at`, in seconds of Unix time.
    pub fn created_at(&self) -> Option<i64> {
        self.integer("created_at")
    }

    /// `updated_at`, in seconds of Unix time.
    pub fn updated_at(&self) -> Option<i64> {
        self.integer("updated_at")
    }

    /// The body for a tenant: the documented fields only, in the order of section 6 of the public
    /// contract, as compact JSON.
    ///
    /// `model` is the public name. What the upstream wrote in words goes through `redact`, but
    /// for names of the vocabulary, URLs and the tenant's own `safety_identifier`. A value of
    /// another JSON type than documented is left out, and so is everything that the list does not
    /// name.
    pub fn public_body(&self, model: Model, redact: impl Fn(&str) -> String) -> Vec<u8> {
        public_body::of(self, model, &redact)
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.body.get(key).and_then(Json::as_str)
    }

    fn integer(&self, key: &str) -> Option<i64> {
        self.body.get(key)?.as_number()?.as_i64()
    }
}
