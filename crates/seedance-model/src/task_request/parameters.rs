//! The parameters beside `content`, each checked against the model, in a fixed order.

use std::fmt;
use std::ops::RangeInclusive;

use crate::clip_duration::ClipDuration;
use crate::error::{Error, ErrorKind, one_of};
use crate::field::{flag, integer, integer_within, string};
use crate::json::Object;
use crate::model::Model;
use crate::ratio::Ratio;
use crate::resolution::Resolution;
use crate::service_tier::ServiceTier;

/// Shortest and longest life of a task, in seconds: one hour and three days.
const EXPIRY_SECONDS: RangeInclusive<u32> = 3_600..=259_200;

/// Lowest and highest priority, section 5 of the public contract.
const PRIORITIES: RangeInclusive<u8> = 0..=9;

/// Longest `safety_identifier`, in characters.
const LONGEST_SAFETY_IDENTIFIER: usize = 64;

/// What the request says; `None` where it says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parameters {
    pub(super) duration: Option<ClipDuration>,
    pub(super) ratio: Option<Ratio>,
    pub(super) resolution: Option<Resolution>,
    pub(super) generate_audio: Option<bool>,
    pub(super) watermark: Option<bool>,
    pub(super) return_last_frame: Option<bool>,
    pub(super) execution_expires_after_seconds: Option<u32>,
    pub(super) priority: Option<u8>,
    pub(super) service_tier: Option<ServiceTier>,
}

impl Parameters {
    /// Reads and checks them, in the order of the contract's table.
    pub(super) fn check(body: &Object, model: Model) -> Result<Self, Error> {
        let duration = duration(body, model)?;
        let ratio = ratio(body, model)?;
        let resolution = resolution(body, model)?;
        let generate_audio = flag(body, "generate_audio")?;
        let watermark = flag(body, "watermark")?;
        let return_last_frame = flag(body, "return_last_frame")?;
        let expiry = integer_within(body, "execution_expires_after", &EXPIRY_SECONDS)?;
        let priority = integer_within(body, "priority", &PRIORITIES)?;
        check_safety_identifier(body)?;
        let service_tier = service_tier(body, model)?;
        refuse_draft(body, model)?;
        Ok(Self {
            duration,
            ratio,
            resolution,
            generate_audio,
            watermark,
            return_last_frame,
            execution_expires_after_seconds: expiry,
            priority,
            service_tier,
        })
    }
}

fn duration(body: &Object, model: Model) -> Result<Option<ClipDuration>, Error> {
    let (shortest, longest) = (ClipDuration::MIN_SECONDS, ClipDuration::MAX_SECONDS);
    let accepted = format!("-1 or {shortest} to {longest}");
    let Some(seconds) = integer(body, "duration", &accepted)? else {
        return Ok(None);
    };
    ClipDuration::of(seconds)
        .filter(|duration| model.accepts_duration(*duration))
        .map(Some)
        .ok_or_else(|| Error::out_of_range("duration", &seconds.to_string(), &accepted))
}

fn ratio(body: &Object, model: Model) -> Result<Option<Ratio>, Error> {
    let Some(name) = string(body, "ratio")? else {
        return Ok(None);
    };
    supported("ratio", Ratio::parse(name)?, model, model.ratios()).map(Some)
}

fn resolution(body: &Object, model: Model) -> Result<Option<Resolution>, Error> {
    let Some(name) = string(body, "resolution")? else {
        return Ok(None);
    };
    let known = Resolution::parse(name)?;
    supported("resolution", known, model, model.resolutions()).map(Some)
}

fn service_tier(body: &Object, model: Model) -> Result<Option<ServiceTier>, Error> {
    let Some(name) = string(body, "service_tier")? else {
        return Ok(None);
    };
    let tiers = model.service_tiers();
    let known = ServiceTier::parse(name).ok_or_else(|| {
        Error::unknown("service_tier", name, tiers.iter().map(|tier| tier.name()))
    })?;
    supported("service_tier", known, model, tiers).map(Some)
}

/// A known value, if it is one of those that the model has.
fn supported<T: PartialEq + fmt::Display>(
    field: &str,
    value: T,
    model: Model,
    available: &[T],
) -> Result<T, Error> {
    if available.contains(&value) {
        return Ok(value);
    }
    let names: Vec<String> = available.iter().map(T::to_string).collect();
    let accepted = one_of(names.iter().map(String::as_str));
    let message = format!("{field} `{value}` is not supported by `{model}`; use {accepted}");
    Err(Error::new(ErrorKind::Unsupported, field, message))
}

/// Not kept: an asset reference in it may still be rewritten, and only the body knows.
fn check_safety_identifier(body: &Object) -> Result<(), Error> {
    let field = "safety_identifier";
    let length = string(body, field)?.map_or(1, |text| text.chars().count());
    if (1..=LONGEST_SAFETY_IDENTIFIER).contains(&length) {
        return Ok(());
    }
    let message = format!("{field} has {length} characters; use 1 to {LONGEST_SAFETY_IDENTIFIER}");
    Err(Error::new(ErrorKind::OutOfRange, field, message))
}

fn refuse_draft(body: &Object, model: Model) -> Result<(), Error> {
    if flag(body, "draft")? != Some(true) || model.accepts_draft() {
        return Ok(());
    }
    let message = format!("draft `true` is not supported by `{model}`; use `false`");
    Err(Error::new(ErrorKind::Unsupported, "draft", message))
}
