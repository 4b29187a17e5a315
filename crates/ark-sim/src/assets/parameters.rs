//! The JSON body of an action, read by name. `null` means absent.

use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// The parameters of one action. Those that nobody asks for are ignored.
#[derive(Debug)]
pub(super) struct Body(Map<String, Value>);

impl Body {
    /// An absent body is an object without members.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.is_empty() {
            return Ok(Self(Map::new()));
        }
        // Assumed: the answer to a body that is no JSON was never measured.
        serde_json::from_slice(bytes).map(Self).map_err(|_| {
            Refusal::new(400, "InvalidParameter", "The request body is not a JSON object.")
        })
    }

    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let text = value.as_str().map(Some);
        text.ok_or_else(|| invalid(name, "it must be a string"))
    }

    /// A string that must be there and not be empty.
    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        let text = self.text(name)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| missing(name))
    }

    /// A string of at most `most` characters; empty when it is absent.
    pub(super) fn short(&self, name: &str, most: usize) -> Result<&str, Refusal> {
        let text = self.text(name)?.unwrap_or_default();
        if text.chars().count() > most {
            return Err(invalid(name, &format!("it is longer than {most} characters")));
        }
        Ok(text)
    }

    /// The project that the action is about.
    pub(super) fn project(&self) -> Result<&str, Refusal> {
        Ok(self.text("ProjectName")?.unwrap_or("default"))
    }

    /// A number of at least 1.
    pub(super) fn count(&self, name: &str, default: usize) -> Result<usize, Refusal> {
        let Some(value) = self.value(name) else {
            return Ok(default);
        };
        let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
        let number = number.filter(|number| *number > 0);
        number.ok_or_else(|| invalid(name, "it must be a number of at least 1"))
    }

    /// One of a few names; the first of them when it is absent.
    pub(super) fn choice<'a>(&self, name: &str, names: &[&'a str]) -> Result<&'a str, Refusal> {
        let chosen = self.text(name)?;
        let found = names.iter().find(|known| chosen.is_none_or(|chosen| chosen == **known));
        let found = found.copied();
        found.ok_or_else(|| invalid(name, &format!("it must be one of {}", names.join(", "))))
    }
}

/// 400 `MissingParameter.{name}`.
pub(super) fn missing(name: &str) -> Refusal {
    let message = format!("The required parameter {name} is missing.");
    Refusal::new(400, format!("MissingParameter.{name}"), message)
}

/// 400 `InvalidParameter.{name}`; the message is assumed.
pub(super) fn invalid(name: &str, reason: &str) -> Refusal {
    let message = format!("The specified parameter {name} is not valid: {reason}.");
    Refusal::new(400, format!("InvalidParameter.{name}"), message)
}
