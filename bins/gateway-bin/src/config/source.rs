//! Where values come from: the file, flattened to dotted paths, and the environment on top of it.
//!
//! Nothing is interpreted here; a value is text or a list of texts, with its origin.

use std::collections::BTreeMap;

use seedance_model::Model;
use seedance_pricing::Sku;

use super::keys::{KEYS, known_beside};
use super::origin::Origin;
use super::problem::Problems;

/// The prefix of every variable that the gateway reads.
const PREFIX: &str = "PHANEDGE__";
/// A shorter name for one of them.
const LOG_VARIABLE: (&str, &str) = ("PHANEDGE_LOG", "log__filter");

/// A value before it is checked.
#[derive(Clone, Debug)]
pub(super) enum Raw {
    Text(String),
    List(Vec<String>),
}

/// All values that were given, by path.
#[derive(Debug, Default)]
pub(super) struct Source {
    pub(super) values: BTreeMap<String, (Raw, Origin)>,
    pub(super) problems: Problems,
}

impl Source {
    /// Flattens the file and lays the environment over it.
    pub(super) fn read(
        text: &str,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Problems> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            Problems::one("file", syntax_message(text, &error))
        })?;
        let mut source = Self::default();
        source.flatten("", toml::Value::Table(table));
        for (name, value) in environment {
            if let Some(rest) = name.strip_prefix(PREFIX) {
                source.overlay(&name, &rest.to_ascii_lowercase(), value);
            } else if name == LOG_VARIABLE.0 {
                source.overlay(&name, LOG_VARIABLE.1, value);
            }
        }
        Ok(source)
    }

    fn flatten(&mut self, path: &str, value: toml::Value) {
        let raw = match value {
            toml::Value::Table(table) => {
                for (key, value) in table {
                    let inner = if path.is_empty() { key } else { format!("{path}.{key}") };
                    self.flatten(&inner, value);
                }
                return;
            }
            toml::Value::Array(items) => Raw::List(items.into_iter().map(scalar_text).collect()),
            scalar @ (toml::Value::String(_)
            | toml::Value::Integer(_)
            | toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Datetime(_)) => Raw::Text(scalar_text(scalar)),
        };
        self.values.insert(path.to_owned(), (raw, Origin::File));
    }

    fn overlay(&mut self, variable: &str, lower: &str, value: String) {
        let segments: Vec<&str> = lower.split("__").collect();
        match self.path_of(&segments) {
            Some(path) => {
                let origin = Origin::Environment(variable.to_owned());
                self.values.insert(path, (Raw::Text(value), origin));
            }
            None => self
                .problems
                .add(variable, format!("no such key; {}", known_beside(&segments.join(".")))),
        }
    }

    /// The path that a variable's segments name. Variables cannot hold `-`, so names are matched
    /// with `-` read as `_`.
    fn path_of(&self, segments: &[&str]) -> Option<String> {
        KEYS.iter().find_map(|key| {
            let pattern: Vec<&str> = key.path.split('.').collect();
            if pattern.len() != segments.len() {
                return None;
            }
            let mut path: Vec<String> = Vec::with_capacity(pattern.len());
            for (want, got) in pattern.iter().zip(segments) {
                let file_variant = key.secret && *got == format!("{want}_file");
                match *want {
                    "*" => path.push(self.chosen_name(&path, got)),
                    want if want == *got => path.push(want.to_owned()),
                    want if file_variant => path.push(format!("{want}_file")),
                    _ => return None,
                }
            }
            Some(path.join("."))
        })
    }

    /// The name that `got` means below `parent`: one that exists or is known, else as written.
    fn chosen_name(&self, parent: &[String], got: &str) -> String {
        let prefix = format!("{}.", parent.join("."));
        let existing = self.values.keys().filter_map(|path| path.strip_prefix(&prefix));
        let existing = existing.filter_map(|rest| rest.split('.').next());
        let models = Model::ALL.iter().map(|model| model.name());
        let skus = Sku::ALL.iter().map(|sku| sku.name());
        let mut known = existing.chain(models).chain(skus);
        known.find(|name| name.replace('-', "_") == got).unwrap_or(got).to_owned()
    }
}

fn scalar_text(value: toml::Value) -> String {
    if let toml::Value::String(text) = value { text } else { value.to_string() }
}

/// The position and the reason, without the line itself: it may hold a secret.
fn syntax_message(text: &str, error: &toml::de::Error) -> String {
    let start = error.span().map_or(0, |span| span.start);
    let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
    format!("line {line} is not valid TOML: {}", error.message())
}
