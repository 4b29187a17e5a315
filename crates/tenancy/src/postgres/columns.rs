//! How the vocabulary stands in columns: names as text, times as milliseconds.

use seedance_model::{AssetStatus, LibraryId, MediaKind, Model, TaskId, TaskStatus};
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use super::failing::ServerCause;
use crate::error::Cause;
use crate::{TenantId, TenantName, UnixMillis};

/// The value of a column. That there is none of this type is an error of this build, or of who
/// changed the tables.
pub(crate) fn get<'a, T: FromSql<'a>>(row: &'a Row, column: usize) -> Result<T, Cause> {
    row.try_get(column).map_err(|error| ServerCause::Column(error).into())
}

pub(super) fn tenant(row: &Row, column: usize) -> Result<TenantId, Cause> {
    Ok(TenantId(get(row, column)?))
}

pub(super) fn model(row: &Row, column: usize) -> Result<Model, Cause> {
    parsed(row, column, "model", |text| Model::parse(text).ok())
}

pub(super) fn status(row: &Row, column: usize) -> Result<TaskStatus, Cause> {
    parsed(row, column, "status", TaskStatus::parse)
}

pub(super) fn task_id(row: &Row, column: usize) -> Result<TaskId, Cause> {
    parsed(row, column, "task id", TaskId::parse)
}

pub(super) fn library_id(row: &Row, column: usize) -> Result<LibraryId, Cause> {
    parsed(row, column, "asset or group id", LibraryId::parse)
}

pub(super) fn media_kind(row: &Row, column: usize) -> Result<MediaKind, Cause> {
    parsed(row, column, "asset type", MediaKind::from_asset_type)
}

pub(super) fn asset_status(row: &Row, column: usize) -> Result<AssetStatus, Cause> {
    parsed(row, column, "asset status", AssetStatus::parse)
}

pub(super) fn tenant_name(row: &Row, column: usize) -> Result<TenantName, Cause> {
    parsed(row, column, "tenant name", |text| TenantName::parse(text).ok())
}

/// What `read` reads, where the column may be NULL.
pub(super) fn maybe<T>(
    row: &Row,
    column: usize,
    read: impl Fn(&Row, usize) -> Result<T, Cause>,
) -> Result<Option<T>, Cause> {
    // Which type it is does not matter for being NULL; all that are read here are texts.
    let text: Option<&str> = get(row, column)?;
    if text.is_some() { read(row, column).map(Some) } else { Ok(None) }
}

/// A count or a number of tokens, which is never negative.
pub(super) fn unsigned(row: &Row, column: usize) -> Result<u64, Cause> {
    let number: i64 = get(row, column)?;
    let unreadable = |_| ServerCause::Unreadable { what: "count", text: number.to_string() };
    u64::try_from(number).map_err(unreadable).map_err(Cause::from)
}

pub(super) fn time(row: &Row, column: usize) -> Result<UnixMillis, Cause> {
    Ok(UnixMillis(get(row, column)?))
}

pub(super) fn maybe_time(row: &Row, column: usize) -> Result<Option<UnixMillis>, Cause> {
    let millis: Option<i64> = get(row, column)?;
    Ok(millis.map(UnixMillis))
}

/// The value that a column's text means.
pub(super) fn parsed<T>(
    row: &Row,
    column: usize,
    what: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, Cause> {
    let text: &str = get(row, column)?;
    parse(text).ok_or_else(|| ServerCause::Unreadable { what, text: text.to_owned() }.into())
}
