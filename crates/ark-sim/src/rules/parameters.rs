//! The parameters beside `content`: ranges, capabilities and defaults.

use std::ops::RangeInclusive;

use serde_json::Value;

use crate::refusal::Refusal;
use crate::rules::catalog::Capability;
use crate::rules::content::{Content, Mode};
use crate::rules::{present, text};

const RATIOS: [&str; 7] = ["16:9", "4:3", "1:1", "3:4", "9:16", "21:9", "adaptive"];
/// Parameters of other generations of the model.
const FOREIGN: [&str; 4] = ["output_format", "omni_reference_task_type", "frames", "camera_fixed"];

/// Refuses what the whole 2.0 family does not do.
pub(super) fn refuse_unsupported(
    body: &Value,
    capability: &Capability,
    content: &Content,
) -> Result<(), Refusal> {
    let (family, mode) = (capability.family, content.mode.name());
    let refuse = |param: &str, message: String| {
        Err(Refusal::new(400, "InvalidParameter", message).about(param))
    };
    if let Some(name) = FOREIGN.iter().find(|name| present(body, name).is_some()) {
        let message = format!("the parameter `{name}` is not supported by the current model");
        return refuse(name, message);
    }
    if text(body, "service_tier")?.is_some_and(|tier| tier != "default") {
        let message = format!(
            "the specified parameter service_tier is not supported for model {family} in {mode}, \
             must be empty"
        );
        return refuse("service_tier", message);
    }
    if present(body, "draft").is_some_and(|draft| draft != false) {
        let message = format!("draft is not supported for model {family} in {mode}");
        return refuse("draft", message);
    }
    if present(body, "tools").is_some() && content.mode != Mode::Text {
        // Assumed: the rule is documented, the message is not.
        let message = format!("the parameter `tools` is not supported in {mode}");
        return refuse("tools", message);
    }
    Ok(())
}

/// Reads parameters of one body for one model.
pub(super) struct Checker<'a> {
    pub(super) body: &'a Value,
    pub(super) capability: &'static Capability,
    pub(super) mode: Mode,
}

impl Checker<'_> {
    pub(super) fn resolution(&self) -> Result<&'static str, Refusal> {
        let name = text(self.body, "resolution")?.unwrap_or("720p");
        let known = self.capability.resolutions.iter();
        let found = known.copied().find(|known| *known == name);
        found.ok_or_else(|| self.not_for_model("resolution"))
    }

    pub(super) fn ratio(&self) -> Result<String, Refusal> {
        let ratio = text(self.body, "ratio")?.unwrap_or("adaptive");
        if RATIOS.contains(&ratio) {
            return Ok(ratio.to_owned());
        }
        Err(self.not_for_model("ratio"))
    }

    pub(super) fn duration(&self) -> Result<i64, Refusal> {
        let Some(value) = present(self.body, "duration") else {
            return Ok(5);
        };
        value
            .as_i64()
            .filter(|seconds| *seconds == -1 || (4..=15).contains(seconds))
            .ok_or_else(|| self.not_for_model("duration"))
    }

    pub(super) fn expires_after(&self) -> Result<i64, Refusal> {
        let name = "execution_expires_after";
        let Some(value) = present(self.body, name) else {
            return Ok(172_800);
        };
        let seconds = value.as_i64();
        seconds.filter(|seconds| (3600..=259_200).contains(seconds)).ok_or_else(|| {
            let reason =
                format!("the specified {name} {value} does not support content generation");
            Refusal::invalid(name, reason)
        })
    }

    pub(super) fn safety_identifier(&self) -> Result<Option<String>, Refusal> {
        let name = "safety_identifier";
        let identifier = text(self.body, name)?;
        if identifier.is_some_and(|identifier| identifier.chars().count() > 64) {
            return Err(Refusal::invalid(name, "it is longer than 64 characters"));
        }
        Ok(identifier.map(str::to_owned))
    }

    pub(super) fn number(
        &self,
        name: &str,
        default: i64,
        range: RangeInclusive<i64>,
    ) -> Result<i64, Refusal> {
        let Some(value) = present(self.body, name) else {
            return Ok(default);
        };
        let number = value.as_i64().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            let (low, high) = range.into_inner();
            Refusal::invalid(name, format!("{name} must be between {low} and {high}"))
        })
    }

    pub(super) fn flag(&self, name: &str, default: bool) -> Result<bool, Refusal> {
        let Some(value) = present(self.body, name) else {
            return Ok(default);
        };
        value.as_bool().ok_or_else(|| Refusal::invalid(name, format!("{name} must be a boolean")))
    }

    /// What is not available in this combination, as the upstream says it.
    fn not_for_model(&self, param: &str) -> Refusal {
        let (family, mode) = (self.capability.family, self.mode.name());
        let message = format!(
            "the parameter {param} specified in the request is not valid for model {family} \
             in {mode}"
        );
        Refusal::new(400, "InvalidParameter", message).about(param)
    }
}
