//! What the upstream accepts as an order, in code that shares nothing with the gateway's.
//!
//! Keys that nobody knows are accepted silently, and `null` means absent, as measured. The order
//! of two complaints is not promised.

mod catalog;
mod content;
mod parameters;

use serde_json::Value;

use crate::assets::Reference;
use crate::refusal::Refusal;
use crate::settings::Endpoint;
pub(crate) use catalog::Capability;

/// A create request that may be bought, with every default in place.
#[derive(Debug)]
pub(crate) struct Order {
    /// As the request says it: a dated name or an endpoint.
    pub(crate) model: String,
    pub(crate) capability: &'static Capability,
    pub(crate) resolution: &'static str,
    pub(crate) ratio: String,
    /// Seconds; -1 leaves the choice to the model.
    pub(crate) duration: i64,
    /// -1 leaves the choice to the model.
    pub(crate) seed: i64,
    pub(crate) generate_audio: bool,
    pub(crate) return_last_frame: bool,
    pub(crate) expires_after_s: i64,
    pub(crate) priority: i64,
    pub(crate) safety_identifier: Option<String>,
    pub(crate) callback_url: Option<String>,
    pub(crate) tools: Option<Value>,
    pub(crate) has_video: bool,
    pub(crate) assets: Vec<Reference>,
}

/// Checks a create request: the model, the content, then the parameters.
pub(crate) fn check(body: &Value, endpoints: &[Endpoint]) -> Result<Order, Refusal> {
    let model = text(body, "model")?.ok_or_else(|| Refusal::missing("model"))?;
    let capability = catalog::find(model, endpoints)?;
    let content = content::check(present(body, "content"))?;
    parameters::refuse_unsupported(body, capability, &content)?;
    let checker = parameters::Checker { body, capability, mode: content.mode };
    Ok(Order {
        model: model.to_owned(),
        capability,
        resolution: checker.resolution()?,
        ratio: checker.ratio()?,
        duration: checker.duration()?,
        seed: checker.number("seed", -1, -1..=2_147_483_647)?,
        generate_audio: checker.flag("generate_audio", true)?,
        return_last_frame: checker.flag("return_last_frame", false)?,
        expires_after_s: checker.expires_after()?,
        priority: checker.number("priority", 0, 0..=9)?,
        safety_identifier: checker.safety_identifier()?,
        callback_url: text(body, "callback_url")?.map(str::to_owned),
        tools: present(body, "tools").cloned(),
        has_video: content.has_video,
        assets: content.assets,
    })
}

/// The member called `name`, unless it is absent or `null`.
fn present<'a>(body: &'a Value, name: &str) -> Option<&'a Value> {
    body.get(name).filter(|value| !value.is_null())
}

/// The member called `name`, which must be a string.
fn text<'a>(body: &'a Value, name: &str) -> Result<Option<&'a str>, Refusal> {
    let Some(value) = present(body, name) else {
        return Ok(None);
    };
    value
        .as_str()
        .map(Some)
        .ok_or_else(|| Refusal::invalid(name, format!("{name} must be a string")))
}
