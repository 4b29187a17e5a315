//! The query of a tenant's list.
//!
//! Source: the upstream's list, with its ranges; the defaults are ours, because the upstream does
//! not document any.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, shown};
use crate::model::Model;
use crate::service_tier::ServiceTier;
use crate::task_status::TaskStatus;

/// Page and filters of a list, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskQuery {
    /// `page_num`, 1 to 500; 1 by default.
    pub page_num: u32,
    /// `page_size`, 1 to 500; 10 by default.
    pub page_size: u32,
    /// `filter.status`.
    pub status: Option<TaskStatus>,
    /// `filter.task_ids`, which may be repeated; empty for no filter. Not checked: what is no id
    /// matches no task.
    pub task_ids: Vec<String>,
    /// `filter.model`, a stable name or an official alias.
    pub model: Option<Model>,
    /// `filter.service_tier`.
    pub service_tier: Option<ServiceTier>,
}

/// Largest page number and page size.
const LARGEST: u32 = 500;

const DEFAULT_PAGE_NUM: u32 = 1;
const DEFAULT_PAGE_SIZE: u32 = 10;

impl TaskQuery {
    /// Reads the pairs of a query string, already decoded.
    ///
    /// An empty value is the same as none, as the official clients write it, and unknown keys do
    /// not count. [`Error::field`] is the key.
    pub fn parse<'a>(
        pairs: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
    ) -> Result<Self, Error> {
        let pairs: Vec<_> = pairs.filter(|(_, value)| !value.is_empty()).collect();
        let once = |key| value_of(&pairs, key);
        Ok(Self {
            page_num: number("page_num", once("page_num")?, DEFAULT_PAGE_NUM)?,
            page_size: number("page_size", once("page_size")?, DEFAULT_PAGE_SIZE)?,
            status: once("filter.status")?.map(status).transpose()?,
            task_ids: values_of(&pairs, "filter.task_ids").map(str::to_owned).collect(),
            model: once("filter.model")?
                .map(|name| Model::parse_as("filter.model", name))
                .transpose()?,
            service_tier: once("filter.service_tier")?.map(service_tier).transpose()?,
        })
    }
}

fn values_of<'p>(
    pairs: &'p [(Cow<'_, str>, Cow<'_, str>)],
    key: &str,
) -> impl Iterator<Item = &'p str> {
    pairs.iter().filter(move |(k, _)| k == key).map(|(_, value)| value.as_ref())
}

/// The value of a key that may be given once.
fn value_of<'p>(
    pairs: &'p [(Cow<'_, str>, Cow<'_, str>)],
    key: &str,
) -> Result<Option<&'p str>, Error> {
    let mut values = values_of(pairs, key);
    let first = values.next();
    if values.next().is_some() {
        let message = format!("{key} is given twice; use it once");
        return Err(Error::new(ErrorKind::Malformed, key, message));
    }
    Ok(first)
}

fn number(key: &str, text: Option<&str>, default: u32) -> Result<u32, Error> {
    let Some(text) = text else {
        return Ok(default);
    };
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        let message = format!("{key} {} is no integer; use 1 to {LARGEST}", shown(text));
        return Err(Error::new(ErrorKind::Malformed, key, message));
    }
    text.parse()
        .ok()
        .filter(|number| (1..=LARGEST).contains(number))
        .ok_or_else(|| Error::out_of_range(key, text, &format!("1 to {LARGEST}")))
}

fn status(name: &str) -> Result<TaskStatus, Error> {
    let accepted = TaskStatus::ALL.map(TaskStatus::name);
    TaskStatus::parse(name).ok_or_else(|| Error::unknown("filter.status", name, accepted))
}

fn service_tier(name: &str) -> Result<ServiceTier, Error> {
    let accepted = ServiceTier::ALL.map(ServiceTier::name);
    ServiceTier::parse(name).ok_or_else(|| Error::unknown("filter.service_tier", name, accepted))
}
