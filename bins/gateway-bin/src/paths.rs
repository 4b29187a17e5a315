//! Where the tenants' two surfaces live.

/// The path of the task surface, below which a task's id stands.
pub(crate) const TASKS: &str = "/volcark/api/v3/contents/generations/tasks";

/// The path of the asset surface; the contract writes it with the slash.
pub(crate) const ASSETS: [&str; 2] = ["/volcark/", "/volcark"];
