//! What the upstream says about a task.

use crate::error::Error;
use crate::json::{Json, Object};
use crate::model::Model;
use crate::resolution::Resolution;
use crate::service_tier::ServiceTier;
use crate::task_id::TaskId;
use crate::task_status::TaskStatus;
use crate::usage::Usage;

/// A lens on the body of an upstream GET, or on an item of an upstream LIST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskReport {
    id: TaskId,
    body: Object,
}

impl TaskReport {
    /// Reads the body of a GET.
    pub fn parse(body: &[u8]) -> Result<Self, Error> {
        let _ = body;
        todo!()
    }
    /// Reads an item of a LIST.
    pub fn from_json(json: Json) -> Result<Self, Error> {
        let _ = json;
        todo!()
    }
    /// The task's id.
    pub fn id(&self) -> &TaskId {
        &self.id
    }
    /// The status; `None` if nobody knows it.
    pub fn status(&self) -> Option<TaskStatus> {
        let _ = &self.body;
        todo!()
    }
    /// The status as written; empty if there is none.
    pub fn status_text(&self) -> &str {
        todo!()
    }
    /// What is to be charged.
    pub fn usage(&self) -> Usage {
        todo!()
    }
    /// The upstream's name of the model.
    pub fn model_text(&self) -> Option<&str> {
        todo!()
    }
    /// The final resolution.
    pub fn resolution(&self) -> Option<Resolution> {
        todo!()
    }
    /// The final ratio, as written.
    pub fn ratio_text(&self) -> Option<&str> {
        todo!()
    }
    /// Seconds.
    pub fn duration(&self) -> Option<i64> {
        todo!()
    }
    /// `seed`.
    pub fn seed(&self) -> Option<i64> {
        todo!()
    }
    /// `priority`.
    pub fn priority(&self) -> Option<i64> {
        todo!()
    }
    /// `safety_identifier`.
    pub fn safety_identifier(&self) -> Option<&str> {
        todo!()
    }
    /// `execution_expires_after`, in seconds.
    pub fn execution_expires_after_seconds(&self) -> Option<i64> {
        todo!()
    }
    /// `service_tier`.
    pub fn service_tier(&self) -> Option<ServiceTier> {
        todo!()
    }
    /// `generate_audio`.
    pub fn generate_audio(&self) -> Option<bool> {
        todo!()
    }
    /// `created_at`, Unix seconds.
    pub fn created_at(&self) -> Option<i64> {
        todo!()
    }
    /// `updated_at`, Unix seconds.
    pub fn updated_at(&self) -> Option<i64> {
        todo!()
    }
    /// The documented fields only, for a tenant.
    pub fn public_body(&self, model: Model, redact: impl Fn(&str) -> String) -> Vec<u8> {
        let _ = (model, redact);
        todo!()
    }
}
