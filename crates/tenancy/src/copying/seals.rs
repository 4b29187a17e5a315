//! The seals that tasks get in a file. In a source they were held against their rows before.

use super::refusal::CopyRefusal;
use super::tables::{SEAL, Shape};
use super::value::{Row, Value};
use crate::error::Cause;
use crate::sqlite::seal::Sealed;
use crate::{TenantId, UnixMillis};

/// The one table with seals.
const TASKS: &str = "tasks";

/// The column that rows of this shape get in a file, if any.
pub(super) fn column(shape: &Shape) -> Option<&'static str> {
    (shape.table.name == TASKS).then_some(SEAL)
}

/// The seal of a task.
pub(super) fn seal(shape: &Shape, row: &Row) -> Result<u32, Cause> {
    let value = |column: &'static str| {
        let found = shape.place(column).and_then(|place| row.get(place));
        found.ok_or_else(|| missing(column, &Value::Null))
    };
    let text = |column| {
        let found = value(column)?;
        found.text().ok_or_else(|| missing(column, found))
    };
    let number = |column| {
        let found = value(column)?;
        found.integer().ok_or_else(|| missing(column, found))
    };
    let body = value("body")?;
    let sealed = Sealed {
        tenant: TenantId(number("tenant_id")?),
        task: text("task_id")?,
        model: text("model")?,
        upstream: text("upstream")?,
        tariff: text("tariff")?,
        created_at: UnixMillis(number("created_at")?),
        has_video: number("has_video")? != 0,
        body: body.bytes().ok_or_else(|| missing("body", body))?,
    };
    Ok(sealed.seal())
}

fn missing(column: &str, found: &Value) -> Cause {
    let (column, key) = (column.to_owned(), found.to_string());
    CopyRefusal::Unstorable { table: TASKS, column, key, what: "nothing to seal" }.into()
}
