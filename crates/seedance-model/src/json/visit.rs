//! The values of a document, one after the other, as the parser finds them.

use std::collections::HashSet;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::number_tokens::NumberTokens;
use super::parse::Strictness;
use super::path::Path;
use super::{Json, Number, Object};
use crate::error::{Error, ErrorKind, shown};

/// Most levels of arrays and objects in each other; the parser refuses one more.
pub(super) const DEEPEST_LEVEL: usize = 127;

/// Up to this many members, comparing each key with each other is faster than a set.
const FEW_MEMBERS: usize = 16;

/// What is known while a document is read.
pub(super) struct Reading<'t> {
    strictness: Strictness,
    tokens: NumberTokens<'t>,
    /// Numbers that were read since the last one that needed its token.
    skipped_numbers: usize,
    /// The deepest level so far.
    pub(super) deepest: usize,
    /// Our own refusal, which the parser's error cannot carry.
    pub(super) refusal: Option<Error>,
}

impl<'t> Reading<'t> {
    pub(super) fn of(text: &'t str, strictness: Strictness) -> Self {
        Self {
            strictness,
            tokens: NumberTokens::of(text),
            skipped_numbers: 0,
            deepest: 0,
            refusal: None,
        }
    }

    /// The token of the number that follows the ones read so far.
    pub(super) fn next_number(&mut self) -> Option<&'t str> {
        self.tokens.nth(std::mem::take(&mut self.skipped_numbers))
    }

    /// What `text` becomes without NUL, which a database would refuse later; `None` if it has none.
    fn without_nul<E>(&mut self, text: &str, path: &Path<'_>) -> Result<Option<String>, E>
    where
        E: serde::de::Error,
    {
        if !text.as_bytes().contains(&0) {
            return Ok(None);
        }
        if self.strictness == Strictness::Reply {
            return Ok(Some(text.replace('\0', "\u{fffd}")));
        }
        let message = format!("{} contains the character U+0000", path.subject());
        Err(self.refuse(path, message))
    }

    fn refuse<E: serde::de::Error>(&mut self, path: &Path<'_>, message: String) -> E {
        self.refusal = Some(Error::new(ErrorKind::NotJson, path.to_string(), message));
        E::custom("refused")
    }
}

/// One value at `path`.
pub(super) struct ValueSeed<'r, 't> {
    pub(super) reading: &'r mut Reading<'t>,
    pub(super) path: &'r Path<'r>,
    /// How many arrays and objects are around it.
    pub(super) level: usize,
}

impl<'t> ValueSeed<'_, 't> {
    /// A number that is no plain 64-bit integer: its token, unless it is an integer too large.
    fn verbatim<E: serde::de::Error>(self) -> Result<Json, E> {
        let Some(token) = self.reading.next_number() else {
            return Err(self.reading.refuse(self.path, "a number is lost".to_owned()));
        };
        let is_integer = !token.contains(['.', 'e', 'E']) && token != "-0";
        if is_integer && self.reading.strictness == Strictness::Request {
            let subject = self.path.subject();
            let message = format!("{subject} {} does not fit into 64 bits", shown(token));
            return Err(self.reading.refuse(self.path, message));
        }
        Ok(Json::Number(Number::verbatim(token)))
    }

    /// The seed of a value one level down.
    fn inner<'s>(&'s mut self, path: &'s Path<'s>) -> ValueSeed<'s, 't> {
        ValueSeed { reading: self.reading, path, level: self.level + 1 }
    }

    /// The members with each key once.
    fn object<E: serde::de::Error>(self, members: Vec<(String, Json)>) -> Result<Json, E> {
        let Some(key) = repeated_key(&members) else {
            return Ok(Json::Object(Object::of_distinct(members)));
        };
        if self.reading.strictness == Strictness::Reply {
            return Ok(Json::Object(Object::of_distinct(last_of_each(members))));
        }
        let path = Path::Key(self.path, key);
        let message = format!("key `{path}` is given twice");
        Err(self.reading.refuse(&path, message))
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_, '_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_, '_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Json, E> {
        Ok(Json::Bool(truth))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        self.reading.skipped_numbers += 1;
        Ok(Json::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        self.reading.skipped_numbers += 1;
        Ok(Json::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Json, E> {
        self.verbatim()
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Json, E> {
        let changed = self.reading.without_nul(text, self.path)?;
        Ok(Json::String(changed.unwrap_or_else(|| text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<Json, A::Error> {
        self.reading.deepest = self.reading.deepest.max(self.level + 1);
        let mut array = Vec::new();
        loop {
            let path = Path::Index(self.path, array.len());
            match elements.next_element_seed(self.inner(&path))? {
                Some(element) => array.push(element),
                None => return Ok(Json::Array(array)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Json, A::Error> {
        self.reading.deepest = self.reading.deepest.max(self.level + 1);
        let mut members = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let path = Path::Key(self.path, &key);
            let key = self.reading.without_nul(&key, &path)?.unwrap_or(key);
            let value = map.next_value_seed(self.inner(&Path::Key(self.path, &key)))?;
            members.push((key, value));
        }
        self.object(members)
    }
}

/// A key that stands there twice, if there is one.
fn repeated_key(members: &[(String, Json)]) -> Option<&str> {
    let mut keys = members.iter().map(|(key, _)| key.as_str());
    if members.len() > FEW_MEMBERS {
        let mut seen = HashSet::with_capacity(members.len());
        return keys.find(|key| !seen.insert(*key));
    }
    let is_earlier = |(at, key): &(usize, &str)| members.iter().take(*at).any(|(k, _)| k == key);
    keys.enumerate().find(is_earlier).map(|(_, key)| key)
}

/// The last member of each key, in order.
fn last_of_each(members: Vec<(String, Json)>) -> Vec<(String, Json)> {
    let mut seen = HashSet::new();
    let mut kept: Vec<_> =
        members.into_iter().rev().filter(|(key, _)| seen.insert(key.clone())).collect();
    kept.reverse();
    kept
}
