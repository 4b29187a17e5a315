//! The closed lists that requests are counted by: what they ask for, and how they ended.

use http::{Method, StatusCode};

use crate::paths::{ASSETS, TASKS};

/// What a request asks for, as far as that can be seen before anything of it is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    CreateTask,
    ListTasks,
    GetTask,
    DeleteTask,
    Assets,
    /// No route, no such method, or no request that can be read.
    Other,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Success,
    /// The client's fault.
    Refused,
    /// The gateway's or the upstream's fault, or too much at a time.
    Failed,
    /// The client went away before its answer.
    Unheard,
}

impl Route {
    pub(super) const ALL: [Self; 6] = [
        Self::CreateTask,
        Self::ListTasks,
        Self::GetTask,
        Self::DeleteTask,
        Self::Assets,
        Self::Other,
    ];

    pub(crate) fn of(method: &Method, path: &str) -> Self {
        if ASSETS.contains(&path) {
            return Self::Assets;
        }
        let one = match path.strip_prefix(TASKS) {
            Some("") => false,
            Some(rest) if rest.starts_with('/') => true,
            _ => return Self::Other,
        };
        match (method.as_str(), one) {
            ("POST", false) => Self::CreateTask,
            ("GET", false) => Self::ListTasks,
            ("GET", true) => Self::GetTask,
            ("DELETE", true) => Self::DeleteTask,
            _ => Self::Other,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::CreateTask => "create_task",
            Self::ListTasks => "list_tasks",
            Self::GetTask => "get_task",
            Self::DeleteTask => "delete_task",
            Self::Assets => "assets",
            Self::Other => "other",
        }
    }
}

impl Class {
    pub(super) const ALL: [Self; 4] = [Self::Success, Self::Refused, Self::Failed, Self::Unheard];

    pub(super) fn of(status: Option<StatusCode>) -> Self {
        match status {
            None => Self::Unheard,
            Some(status) if status.is_server_error() => Self::Failed,
            Some(status) if status.is_client_error() => Self::Refused,
            Some(_) => Self::Success,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Success => "2xx",
            Self::Refused => "4xx",
            Self::Failed => "5xx",
            Self::Unheard => "none",
        }
    }
}
