//! One page of the upstream's list of tasks.

use crate::error::{Error, ErrorKind};
use crate::json::{Json, Number, Strictness, parse};
use crate::page_items;
use crate::task_report::TaskReport;

/// One page of an upstream LIST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskPage {
    /// The items that could be read, in the upstream's order.
    pub items: Vec<TaskReport>,
    /// The upstream's count of all tasks that match; `None` if it is no such number.
    pub total: Option<u64>,
    /// How many items could not be read, because they are no object or have no id.
    pub unreadable: usize,
}

impl TaskPage {
    /// Reads the body of a LIST.
    ///
    /// An item that cannot be read is counted and does not hide the others. No `items`, or
    /// `null`, is an empty page; anything else that is no array is an error.
    pub fn parse(body: &[u8]) -> Result<Self, Error> {
        let Json::Object(mut page) = parse(body, Strictness::Reply)? else {
            let message = "body must be a JSON object with `items`";
            return Err(Error::new(ErrorKind::NotJson, "", message));
        };
        let total = page.get("total").and_then(Json::as_number);
        let total = total.and_then(Number::as_u64);
        let (items, unreadable) = page_items::take(&mut page, "items", TaskReport::from_json)?;
        Ok(Self { items, total, unreadable })
    }
}
