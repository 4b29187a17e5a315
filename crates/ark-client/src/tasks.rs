//! The four calls of the video task API.
//!
//! The bodies and replies are read and written by `seedance_model`; what is decided here is only
//! whether an answer is the answer to the call.

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder};
use seedance_model::{TaskId, TaskPage, TaskReport, TaskStatus};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use crate::client::ArkClient;
use crate::error::{Error, Kind};
use crate::transport::exchange;

/// A task that the upstream has accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedTask {
    /// The upstream's id of the task.
    pub id: TaskId,
}

/// Which tasks to list; the upstream knows those of the last seven days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuery {
    /// The page, 1 to 500.
    pub page_num: u32,
    /// Tasks on a page, 1 to 500.
    pub page_size: u32,
    /// Only these tasks; empty for all. About a hundred ids keep the URL under 8 KiB.
    pub task_ids: Vec<TaskId>,
    /// Only tasks in this state.
    pub status: Option<TaskStatus>,
}

/// Where tasks live under the base URL.
const TASKS: [&str; 3] = ["contents", "generations", "tasks"];

/// The longest answer about one task that is read, in bytes; real ones have about a thousand.
const ONE_TASK_LIMIT: usize = 1024 * 1024;

/// The longest page of tasks that is read, in bytes.
const PAGE_LIMIT: usize = 16 * 1024 * 1024;

impl ArkClient {
    /// Creates a task from a body that `seedance_model` wrote. This costs money.
    ///
    /// The request is sent once, whatever happens. On [`Outcome::Unknown`](crate::Outcome) a task
    /// may exist: look for it with [`list_tasks`](Self::list_tasks) before paying again.
    pub async fn create_task(&self, body: Vec<u8>) -> Result<CreatedTask, Error> {
        #[derive(Deserialize)]
        struct Created {
            id: String,
        }
        let request = self
            .task_call(Method::POST, self.task_url(&TASKS))
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        let answer = exchange("create a task", request, ONE_TASK_LIMIT).await?;
        serde_json::from_slice(&answer.body)
            .ok()
            .and_then(|Created { id }| TaskId::parse(&id))
            .map(|id| CreatedTask { id })
            .ok_or_else(|| answer.error(Kind::Unreadable))
    }

    /// Asks for one task.
    ///
    /// # Errors
    ///
    /// Among others, an answer about another task than the one asked for.
    pub async fn get_task(&self, id: &TaskId) -> Result<TaskReport, Error> {
        let request = self.one_task_call(Method::GET, id);
        let answer = exchange("get a task", request, ONE_TASK_LIMIT).await?;
        let report = TaskReport::parse(&answer.body).map_err(|_| answer.error(Kind::Unreadable))?;
        if report.id() != id {
            return Err(answer.error(Kind::OtherTask));
        }
        Ok(report)
    }

    /// Asks for a page of tasks; an account may do so once a second.
    pub async fn list_tasks(&self, query: &ListQuery) -> Result<TaskPage, Error> {
        let mut url = self.task_url(&TASKS);
        query.write(&mut url);
        let request = self.task_call(Method::GET, url);
        let answer = exchange("list tasks", request, PAGE_LIMIT).await?;
        TaskPage::parse(&answer.body)
            .ok()
            .filter(|page| !page.items.is_empty() || is_list_reply(&answer.body))
            .ok_or_else(|| answer.error(Kind::Unreadable))
    }

    /// Cancels a queued task, or deletes the record of one that has ended.
    ///
    /// The upstream refuses a running or cancelled one with 409.
    /// A record that was deleted is gone at once, its usage included.
    pub async fn delete_task(&self, id: &TaskId) -> Result<(), Error> {
        let request = self.one_task_call(Method::DELETE, id);
        let answer = exchange("delete a task", request, ONE_TASK_LIMIT).await?;
        if is_empty_reply(&answer.body) { Ok(()) } else { Err(answer.error(Kind::Unreadable)) }
    }

    fn one_task_call(&self, method: Method, id: &TaskId) -> RequestBuilder {
        let [contents, generations, tasks] = TASKS;
        let url = self.task_url(&[contents, generations, tasks, id.as_str()]);
        self.task_call(method, url)
    }
}

impl ListQuery {
    fn write(&self, url: &mut Url) {
        let mut pairs = url.query_pairs_mut();
        pairs.append_pair("page_num", &self.page_num.to_string());
        pairs.append_pair("page_size", &self.page_size.to_string());
        if let Some(status) = self.status {
            pairs.append_pair("filter.status", status.name());
        }
        for id in &self.task_ids {
            pairs.append_pair("filter.task_ids", id.as_str());
        }
    }
}

/// Whether a page without items is one, and not an error called a success.
///
/// To take one for the other would make tasks look vanished.
fn is_list_reply(body: &[u8]) -> bool {
    members(body).is_some_and(|reply| reply.contains_key("items") || reply.contains_key("total"))
}

/// Whether a DELETE was answered as the upstream does it, with `{}` or with nothing.
fn is_empty_reply(body: &[u8]) -> bool {
    body.is_empty() || members(body).is_some_and(|reply| !reply.contains_key("error"))
}

fn members(body: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(body).ok()
}
