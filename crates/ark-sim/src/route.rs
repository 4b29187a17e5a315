//! Which operation a method and a path mean.

/// Where the task API lives.
pub(crate) const TASKS: &str = "/api/v3/contents/generations/tasks";
/// Where generated files live.
pub(crate) const MEDIA: &str = "/media/";

/// The operations that calls, counts, quotas and faults are kept by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verb {
    /// POST on the task collection or on anything below it.
    Create,
    /// GET of one task.
    Get,
    /// GET of the collection.
    List,
    /// DELETE of one task.
    Delete,
    /// Any action of the asset API.
    AssetAction,
    /// A generated file.
    Media,
    /// No route of the upstream.
    Other,
}

impl Verb {
    /// Every verb, in the order of declaration.
    pub const ALL: [Self; 7] = [
        Self::Create,
        Self::Get,
        Self::List,
        Self::Delete,
        Self::AssetAction,
        Self::Media,
        Self::Other,
    ];

    /// The verb of a request line.
    pub(crate) fn of(method: &str, path: &str) -> Self {
        if path == "/" {
            return Self::AssetAction;
        }
        if path.starts_with(MEDIA) {
            return Self::Media;
        }
        match (method, task_path(path)) {
            // There is no cancel route: `POST …/{id}/cancel` falls into the create handler.
            ("POST", Some(_)) => Self::Create,
            ("GET", Some("")) => Self::List,
            ("GET", Some(_)) => Self::Get,
            ("DELETE", Some(id)) if !id.is_empty() => Self::Delete,
            _ => Self::Other,
        }
    }
}

/// What follows the task collection in `path`: an id, or nothing.
pub(crate) fn task_path(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(TASKS)?;
    if rest.is_empty() {
        return Some("");
    }
    rest.strip_prefix('/')
}
