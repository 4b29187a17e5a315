//! Reading the members of one object of an asset request, all of which have to be known.

use super::{GROUP_TYPE, moderation};
use crate::error::{Error, ErrorKind, one_of, shown};
use crate::field::{self, wrong_type};
use crate::json::{Json, Object, Path};
use crate::library_id::{LibraryId, PROJECT};
use crate::model::Model;

/// The model, which the upstream does not know here.
const MODEL: &str = "model";

/// What a list is narrowed by.
pub(super) const FILTER: &str = "Filter";

/// The members of an object whose keys are known, without nulls.
pub(super) struct Fields<'b> {
    members: &'b Object,
    /// What stands before a key in its path: nothing, or `Filter.`.
    prefix: &'static str,
}

impl<'b> Fields<'b> {
    /// The members of a whole body, which may have `keys`, and a model that is checked here.
    pub(super) fn of_body(body: &'b Object, keys: &[&str]) -> Result<Self, Error> {
        let accepted = [keys, &[MODEL]].concat();
        refuse_strangers(body, &Path::Root, &accepted)?;
        field::string(body, MODEL)?.map(Model::parse).transpose()?;
        Ok(Self { members: body, prefix: "" })
    }

    /// The members of `Filter`, which may have `keys`, and has to be there for its `GroupType`.
    pub(super) fn of_filter(body: &'b Object, keys: &[&str]) -> Result<Self, Error> {
        let filter = body.get(FILTER).ok_or_else(|| {
            let path = "Filter.GroupType";
            let message = format!("{path} is missing; use `{GROUP_TYPE}`");
            Error::new(ErrorKind::Missing, path, message)
        })?;
        let members =
            filter.as_object().ok_or_else(|| wrong_type(FILTER, "an object", filter, ""))?;
        refuse_strangers(members, &Path::Key(&Path::Root, FILTER), keys)?;
        Ok(Self { members, prefix: "Filter." })
    }

    /// A string.
    pub(super) fn text(&self, key: &str) -> Result<Option<&'b str>, Error> {
        let Some(value) = self.members.get(key) else {
            return Ok(None);
        };
        let text = value.as_str().map(Some);
        text.ok_or_else(|| wrong_type(&self.path(key), "a string", value, ""))
    }

    /// A string that is there and not blank; `hint` tells what to send.
    pub(super) fn required(&self, key: &str, hint: &str) -> Result<&'b str, Error> {
        let path = self.path(key);
        let reason = match self.text(key)? {
            Some(text) if !text.trim().is_empty() => return Ok(text),
            Some(_) => "blank",
            None => "missing",
        };
        let message = format!("{path} is {reason}; {hint}");
        Err(Error::new(ErrorKind::Missing, path, message))
    }

    /// A string of at most `longest` characters.
    pub(super) fn short(&self, key: &str, longest: usize) -> Result<Option<&'b str>, Error> {
        let Some(text) = self.text(key)? else {
            return Ok(None);
        };
        let length = text.chars().count();
        if length > longest {
            let path = self.path(key);
            let message = format!("{path} has {length} characters; use at most {longest}");
            return Err(Error::new(ErrorKind::OutOfRange, path, message));
        }
        Ok(Some(text))
    }

    /// One of a few names.
    pub(super) fn choice(
        &self,
        key: &str,
        names: &[&'static str],
    ) -> Result<Option<&'static str>, Error> {
        let Some(chosen) = self.text(key)? else {
            return Ok(None);
        };
        let known = names.iter().copied().find(|name| *name == chosen);
        known
            .map(Some)
            .ok_or_else(|| Error::unknown(&self.path(key), chosen, names.iter().copied()))
    }

    /// An id that is there.
    pub(super) fn id(&self, key: &str, hint: &str) -> Result<LibraryId, Error> {
        library_id(&self.path(key), self.required(key, hint)?)
    }

    /// What `read` makes of the path and the text of each string in an array; nothing if there is
    /// none.
    pub(super) fn each<T>(
        &self,
        key: &str,
        read: impl Fn(&str, &str) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let Some(value) = self.members.get(key) else {
            return Ok(Vec::new());
        };
        let path = self.path(key);
        let elements =
            value.as_array().ok_or_else(|| wrong_type(&path, "an array of strings", value, ""))?;
        let element = |(index, element): (usize, &Json)| {
            let path = format!("{path}[{index}]");
            let text = element.as_str();
            let text = text.ok_or_else(|| wrong_type(&path, "a string", element, ""))?;
            read(&path, text)
        };
        elements.iter().enumerate().map(element).collect()
    }

    fn path(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }
}

/// Refuses the first key, by name, that is not `accepted`; in any other letter case, too.
fn refuse_strangers(members: &Object, place: &Path<'_>, accepted: &[&str]) -> Result<(), Error> {
    // What a tenant says about the project does not count: it is the platform's.
    let is_body = matches!(place, Path::Root);
    let is_dropped = |key: &str| is_body && key == PROJECT || moderation::is_named(key);
    let keys = members.iter().map(|(key, _)| key);
    let strangers = keys.filter(|key| !accepted.contains(key) && !is_dropped(key));
    let Some(stranger) = strangers.min() else {
        return Ok(());
    };
    let path = Path::Key(place, stranger).to_string();
    let accepted = one_of(accepted.iter().copied());
    let message = format!("key `{path}` is not known; use {accepted}");
    Err(Error::new(ErrorKind::Unknown, path, message))
}

/// The id in `text`, which stands at `path`.
pub(super) fn library_id(path: &str, text: &str) -> Result<LibraryId, Error> {
    LibraryId::parse(text).ok_or_else(|| {
        let accepted = "use 1 to 128 letters, digits, `_` or `-`";
        let message = format!("{path} {} is no id; {accepted}", shown(text));
        Error::new(ErrorKind::Malformed, path, message)
    })
}
