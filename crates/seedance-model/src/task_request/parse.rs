//! From the body of a create request to a [`TaskRequest`], or to the first thing that is wrong.
//!
//! The order of the checks is fixed, so that a verdict does not depend on the order of members:
//! JSON, misspelt keys, model, content, parameters, references, callback, assets.

use super::parameters::Parameters;
use super::{MediaPolicy, TaskRequest, asset_ref, content};
use crate::error::{Error, ErrorKind, one_of};
use crate::field::wrong_type;
use crate::json::{Json, Object};
use crate::lookalike;
use crate::model::Model;

/// The name of the callback field, and the alias that never goes upstream.
const CALLBACK: &str = "callback_url";
const CALLBACK_ALIAS: &str = "CallbackURL";

/// The keys that may not be misspelt. The last three have no rule here, but a documented meaning.
const GOVERNED: [&str; 19] = [
    "model",
    "content",
    "duration",
    "ratio",
    "resolution",
    "generate_audio",
    "watermark",
    "return_last_frame",
    "execution_expires_after",
    "priority",
    "safety_identifier",
    "service_tier",
    "draft",
    "references",
    CALLBACK,
    CALLBACK_ALIAS,
    "seed",
    "frames",
    "tools",
];

pub(super) fn parse(body: &[u8], policy: MediaPolicy) -> Result<TaskRequest, Error> {
    let mut body = Json::parse(body)?.into_object()?;
    body.drop_nulls();
    lookalike::refuse(&body, &GOVERNED, str::to_owned)?;
    let model = model(&body)?;
    let content = content::check(&body, model, policy)?;
    let parameters = Parameters::check(&body, model)?;
    refuse_references(&body, model)?;
    settle_callback(&mut body)?;
    let asset_refs = asset_ref::normalise(&mut body)?;
    body.insert("model", model.name());
    Ok(TaskRequest { body, model, content, parameters, asset_refs })
}

fn model(body: &Object) -> Result<Model, Error> {
    let Some(value) = body.get("model") else {
        let accepted = one_of(Model::ALL.map(Model::name));
        let message = format!("model is missing; use {accepted}");
        return Err(Error::new(ErrorKind::Missing, "model", message));
    };
    let name = value.as_str().ok_or_else(|| wrong_type("model", "a string", value, ""))?;
    Model::parse(name)
}

/// Forwarded, `references` would be ignored upstream and the video billed all the same.
fn refuse_references(body: &Object, model: Model) -> Result<(), Error> {
    let Some(references) = body.get("references") else {
        return Ok(());
    };
    let members = references.as_object();
    let has_audio = members.is_some_and(|members| members.get("audio").is_some());
    let audio = if has_audio && !model.accepts_audio_input() {
        format!(", but no audio, which `{model}` does not take")
    } else {
        String::new()
    };
    let message =
        format!("references is not supported; send each as an item of `content[]`{audio}");
    Err(Error::new(ErrorKind::Unsupported, "references", message))
}

/// Leaves at most one callback, under its proper name and trimmed; section 5 of the public
/// contract.
fn settle_callback(body: &mut Object) -> Result<(), Error> {
    if body.get(CALLBACK).is_some() {
        body.take(CALLBACK_ALIAS);
        return trim_callback(body, CALLBACK);
    }
    trim_callback(body, CALLBACK_ALIAS)?;
    body.rename(CALLBACK_ALIAS, CALLBACK);
    Ok(())
}

fn trim_callback(body: &mut Object, key: &str) -> Result<(), Error> {
    let Some(value) = body.get(key) else {
        return Ok(());
    };
    let hint = "; use a public `https://` URL";
    let text = value.as_str().ok_or_else(|| wrong_type(key, "a string", value, hint))?;
    let trimmed = text.trim();
    if trimmed.is_empty() {
        let message = format!("{key} is blank{hint}");
        return Err(Error::new(ErrorKind::Missing, key, message));
    }
    let trimmed = trimmed.to_owned();
    body.insert(key, trimmed);
    Ok(())
}
