//! Who decides, as the audit log keeps it.

/// Who decides, and in which request if it was one. A name alone is one: `"reconciler".into()`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    name: String,
    request: Option<String>,
}

impl Actor {
    /// The same one, in a request of this id.
    #[must_use]
    pub fn in_request(self, id: impl Into<String>) -> Self {
        Self { request: Some(id.into()), ..self }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn request(&self) -> Option<&str> {
        self.request.as_deref()
    }

    /// What of one is text, if there is one.
    pub(crate) fn texts(actor: Option<&Self>) -> (&str, &str) {
        actor.map_or(("", ""), |actor| (actor.name(), actor.request_text()))
    }

    pub(crate) fn request_text(&self) -> &str {
        self.request().unwrap_or_default()
    }
}

impl From<&str> for Actor {
    fn from(name: &str) -> Self {
        name.to_owned().into()
    }
}

impl From<&String> for Actor {
    fn from(name: &String) -> Self {
        name.clone().into()
    }
}

impl From<String> for Actor {
    fn from(name: String) -> Self {
        Self { name, request: None }
    }
}
