//! The query of a tenant's list.

use std::borrow::Cow;

use crate::error::Error;
use crate::model::Model;
use crate::service_tier::ServiceTier;
use crate::task_status::TaskStatus;

/// Page and filters of a list, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskQuery {
    /// `page_num`, 1 to 500.
    pub page_num: u32,
    /// `page_size`, 1 to 500.
    pub page_size: u32,
    /// `filter.status`.
    pub status: Option<TaskStatus>,
    /// `filter.task_ids`, repeated; empty for no filter.
    pub task_ids: Vec<String>,
    /// `filter.model`.
    pub model: Option<Model>,
    /// `filter.service_tier`.
    pub service_tier: Option<ServiceTier>,
}

impl TaskQuery {
    /// Reads the decoded pairs of a query string.
    pub fn parse<'a>(
        pairs: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
    ) -> Result<Self, Error> {
        let _ = pairs;
        todo!()
    }
}
