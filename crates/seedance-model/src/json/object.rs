//! An object whose members stay in order.

use super::Json;

/// The members of a JSON object, in order, each key once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object(Vec<(String, Json)>);

impl Object {
    /// An object without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.iter().find(|(k, _)| *k == key).map(|(_, value)| value)
    }

    /// The value of `key`, to be changed.
    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Json> {
        self.iter_mut().find(|(k, _)| *k == key).map(|(_, value)| value)
    }

    /// The value of `key`, which leaves the object.
    pub fn take(&mut self, key: &str) -> Option<Json> {
        let at = self.0.iter().position(|(k, _)| k == key)?;
        Some(self.0.remove(at).1)
    }

    /// Sets `key`: in its place if it is there, else at the end.
    pub fn insert(&mut self, key: &str, value: impl Into<Json>) {
        let value = value.into();
        match self.0.iter_mut().find(|(k, _)| k == key) {
            Some((_, slot)) => *slot = value,
            None => self.0.push((key.to_owned(), value)),
        }
    }

    /// Sets `key` if there is a value for it.
    pub(crate) fn insert_some(&mut self, key: &str, value: Option<impl Into<Json>>) {
        if let Some(value) = value {
            self.insert(key, value);
        }
    }

    /// The members, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// An object of members whose keys the caller knows to be distinct.
    pub(super) fn of_distinct(members: Vec<(String, Json)>) -> Self {
        Self(members)
    }

    /// The members, in order, their values to be changed.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Json)> {
        self.0.iter_mut().map(|(key, value)| (key.as_str(), value))
    }

    /// Calls a member by another key, in its place.
    ///
    /// The new key must not be there yet.
    pub(crate) fn rename(&mut self, old: &str, new: &str) {
        if let Some((key, _)) = self.0.iter_mut().find(|(key, _)| key == old) {
            new.clone_into(key);
        }
    }

    /// Removes every member that is `null`, here and in everything inside.
    pub(crate) fn drop_nulls(&mut self) {
        self.0.retain(|(_, value)| *value != Json::Null);
        self.0.iter_mut().for_each(|(_, value)| value.drop_nulls());
    }
}
