//! Takes values out of the source one key at a time, checks them, and remembers every problem.

use std::collections::BTreeSet;

use ark_client::Secret;

use super::keys::{self, Key, Presence};
use super::origin::Origin;
use super::problem::Problems;
use super::secret_file;
use super::source::{Raw, Source};

/// What a parser of one value answers: the value, or what would be accepted.
pub(super) type Checked<T> = Result<T, String>;

/// One value in force.
#[derive(Clone, Debug)]
pub struct Effective {
    /// The key.
    pub path: String,
    /// The value as text; `***` for a secret.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
    exact: Secret,
}

impl Effective {
    /// The value without a mask, for comparing.
    pub(super) fn exact(&self) -> &str {
        self.exact.expose()
    }
}

pub(super) struct Reader {
    source: Source,
    effective: Vec<Effective>,
}

impl Reader {
    pub(super) fn new(source: Source) -> Self {
        Self { source, effective: Vec::new() }
    }

    /// The checked value of `path`: from the environment, the file or the key's default.
    /// `None` where it is absent and optional, and where a problem was noted.
    pub(super) fn take<T>(
        &mut self,
        path: &str,
        parse: impl FnOnce(&str) -> Checked<T>,
    ) -> Option<T> {
        let (raw, origin) = self.find(path)?;
        let Raw::Text(text) = raw else {
            self.problem(path, "is a list; give one value");
            return None;
        };
        self.checked(path, &text, origin, parse)
    }

    /// The checked values of a list; a single text is split at its commas.
    pub(super) fn take_list<T>(
        &mut self,
        path: &str,
        parse: impl Fn(&str) -> Checked<T>,
    ) -> Option<Vec<T>> {
        let (raw, origin) = self.find(path)?;
        let texts: Vec<String> = match raw {
            Raw::List(items) => items,
            Raw::Text(text) => text.split(',').map(|item| item.trim().to_owned()).collect(),
        };
        let texts: Vec<String> = texts.into_iter().filter(|item| !item.is_empty()).collect();
        self.checked(path, &texts.join(","), origin, |_| texts.iter().map(|t| parse(t)).collect())
    }

    /// Whether somebody said what `path` is, or in which file; it may still be a problem.
    pub(super) fn is_given(&self, path: &str) -> bool {
        let values = &self.source.values;
        values.contains_key(path) || values.contains_key(&format!("{path}_file"))
    }

    /// The names below `parent`, such as the upstreams.
    pub(super) fn names_below(&self, parent: &str) -> BTreeSet<String> {
        let prefix = format!("{parent}.");
        let below = self.source.values.keys().filter_map(|path| path.strip_prefix(&prefix));
        below.filter_map(|rest| rest.split('.').next()).map(str::to_owned).collect()
    }

    pub(super) fn problem(&mut self, key: impl Into<String>, text: impl Into<String>) {
        self.source.problems.add(key, text);
    }

    /// Turns whatever was not taken into a problem, and gives the account of it all.
    pub(super) fn finish(mut self) -> (Vec<Effective>, Problems) {
        let unknown: Vec<String> = self.source.values.keys().cloned().collect();
        for path in unknown {
            let text = format!("unknown key; {}", keys::known_beside(&path));
            self.problem(path, text);
        }
        (self.effective, self.source.problems)
    }

    fn find(&mut self, path: &str) -> Option<(Raw, Origin)> {
        let key = Key::of(path);
        let given = self.source.values.remove(path);
        let from_file = match key {
            Some(key) if key.secret => self.secret_file(path),
            _ => None,
        };
        match (given, from_file, key.map(|key| key.presence)) {
            (Some(_), Some(_), _) => {
                self.problem(path, format!("is given twice; remove it or `{path}_file`"));
                None
            }
            (Some(given), None, _) => Some(given),
            (None, Some(read), _) => Some(read),
            (None, None, Some(Presence::Default(text))) => {
                Some((Raw::Text(text.to_owned()), Origin::Default))
            }
            (None, None, Some(Presence::Required)) => {
                self.problem(path, format!("is missing; it is the {}", meaning(key)));
                None
            }
            (None, None, Some(Presence::Optional) | None) => None,
        }
    }

    /// The content of the file that `KEY_file` names.
    fn secret_file(&mut self, path: &str) -> Option<(Raw, Origin)> {
        let key = format!("{path}_file");
        let (raw, origin) = self.source.values.remove(&key)?;
        let Raw::Text(file) = raw else {
            self.problem(key, "is a list; give one file name");
            return None;
        };
        match secret_file::read(&file) {
            Ok(text) => Some((Raw::Text(text), origin)),
            Err(problem) => {
                self.problem(key, format!("`{file}` {problem}"));
                None
            }
        }
    }

    fn checked<T>(
        &mut self,
        path: &str,
        text: &str,
        origin: Origin,
        parse: impl FnOnce(&str) -> Checked<T>,
    ) -> Option<T> {
        let secret = Key::of(path).is_some_and(|key| key.secret);
        match parse(text) {
            Ok(value) => {
                let shown = if secret { "***".to_owned() } else { mask_password(text) };
                let (path, exact) = (path.to_owned(), Secret::new(text.to_owned()));
                self.effective.push(Effective { path, value: shown, origin, exact });
                Some(value)
            }
            Err(accepted) => {
                let shown = if secret { "the value".to_owned() } else { format!("`{text}`") };
                self.problem(path, format!("{shown} is not accepted; {accepted}"));
                None
            }
        }
    }
}

fn meaning(key: Option<&Key>) -> &'static str {
    key.map_or("", |key| key.meaning)
}

/// Hides what stands between `//` and `@`, as in `postgres://user:password@host/db`.
fn mask_password(text: &str) -> String {
    match (text.find("://"), text.rfind('@')) {
        (Some(start), Some(end)) if start + 3 <= end => {
            let (head, tail) = (text.get(..start + 3), text.get(end..));
            format!("{}***{}", head.unwrap_or_default(), tail.unwrap_or_default())
        }
        _ => text.to_owned(),
    }
}
