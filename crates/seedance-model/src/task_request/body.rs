//! The bodies that come out of a request: for the upstream, for comparing, for the tenant.

use super::TaskRequest;
use crate::json::{Json, MemberOrder, Object, write_members};
use crate::service_tier::ServiceTier;
use crate::task_id::TaskId;
use crate::task_status::TaskStatus;

/// Room for the longer model name, beside the members themselves.
const FIRST_CAPACITY: usize = 1_024;

pub(super) fn upstream(
    request: &TaskRequest,
    upstream_model: &str,
    callback_url: Option<&str>,
) -> Vec<u8> {
    let model = Json::from(upstream_model);
    let callback = callback_url.map(Json::from);
    let own = request.body.iter().filter_map(|(key, value)| match key {
        "model" => Some((key, &model)),
        "callback_url" => callback.as_ref().map(|url| (key, url)),
        _ => Some((key, value)),
    });
    let mut out = Vec::with_capacity(FIRST_CAPACITY);
    write_members(&mut out, own, MemberOrder::AsWritten);
    out
}

pub(super) fn canonical(request: &TaskRequest) -> Vec<u8> {
    let mut members: Vec<_> = request.body.iter().collect();
    members.sort_unstable_by_key(|(key, _)| *key);
    let mut out = Vec::with_capacity(FIRST_CAPACITY);
    write_members(&mut out, members.into_iter(), MemberOrder::ByKey);
    out
}

pub(super) fn first_public(request: &TaskRequest, id: &TaskId, created_at: i64) -> Vec<u8> {
    let mut body = Object::new();
    body.insert("id", id.as_str());
    body.insert("model", request.model().name());
    body.insert("status", TaskStatus::Queued.name());
    body.insert("created_at", created_at);
    body.insert("updated_at", created_at);
    body.insert("service_tier", ServiceTier::Default.name());
    body.insert(
        "execution_expires_after",
        u64::from(request.effective_execution_expires_after_seconds()),
    );
    body.insert("generate_audio", request.effective_generate_audio());
    if let Some(identifier) = request.safety_identifier() {
        body.insert("safety_identifier", identifier);
    }
    body.insert("priority", u64::from(request.effective_priority()));
    Json::from(body).to_bytes()
}
