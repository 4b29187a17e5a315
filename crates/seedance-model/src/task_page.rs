//! One page of the upstream's list of tasks.

use crate::error::Error;
use crate::task_report::TaskReport;

/// One page of an upstream LIST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskPage {
    /// The items that could be read, in the upstream's order.
    pub items: Vec<TaskReport>,
    /// The upstream's count of all matching tasks.
    pub total: Option<u64>,
    /// Items that could not be read.
    pub unreadable: usize,
}

impl TaskPage {
    /// Reads the body of a LIST.
    pub fn parse(body: &[u8]) -> Result<Self, Error> {
        let _ = body;
        todo!()
    }
}
