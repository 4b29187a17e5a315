//! Pages: how many rows, and behind which.

use crate::error::ApiError;

use super::call::invalid;

/// Rows of a page, unless it is said.
const USUAL: u32 = 100;
/// Most rows of a page.
const MOST: u32 = 500;

/// How many rows are wanted.
pub(super) fn limit(wanted: Option<u32>) -> Result<u32, ApiError> {
    let limit = wanted.unwrap_or(USUAL);
    if (1..=MOST).contains(&limit) {
        return Ok(limit);
    }
    Err(invalid("limit", format!("`limit` is {limit}; use 1 to {MOST}")))
}

/// The rows of a page, and behind which the next one goes on. One row more was read than is shown,
/// to know whether there is a next one.
pub(super) fn cut<T>(
    mut rows: Vec<T>,
    limit: u32,
    key: impl Fn(&T) -> String,
) -> (Vec<T>, Option<String>) {
    let has_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| has_more).map(key);
    (rows, next)
}
