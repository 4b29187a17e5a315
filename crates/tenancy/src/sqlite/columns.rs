//! How the vocabulary stands in columns: names as text, flags as 0 and 1, times as integers.

use rusqlite::types::{Type, ValueRef};
use rusqlite::{Error, Result, Row};
use seedance_model::{AssetStatus, LibraryId, MediaKind, Model, TaskId, TaskStatus};

use crate::{TenantName, UnixMillis};

/// A column whose text this build cannot read: another build or another hand wrote it.
#[derive(Debug, thiserror::Error)]
#[error("the stored {what} `{text}` is not known to this build")]
struct Unreadable {
    what: &'static str,
    text: String,
}

pub(super) fn model(row: &Row<'_>, column: usize) -> Result<Model> {
    parsed(row, column, "model", |text| Model::parse(text).ok())
}

pub(super) fn status(row: &Row<'_>, column: usize) -> Result<TaskStatus> {
    parsed(row, column, "status", TaskStatus::parse)
}

pub(super) fn task_id(row: &Row<'_>, column: usize) -> Result<TaskId> {
    parsed(row, column, "task id", TaskId::parse)
}

pub(super) fn library_id(row: &Row<'_>, column: usize) -> Result<LibraryId> {
    parsed(row, column, "asset or group id", LibraryId::parse)
}

pub(super) fn media_kind(row: &Row<'_>, column: usize) -> Result<MediaKind> {
    parsed(row, column, "asset type", MediaKind::from_asset_type)
}

pub(super) fn asset_status(row: &Row<'_>, column: usize) -> Result<AssetStatus> {
    parsed(row, column, "asset status", AssetStatus::parse)
}

/// What `read` reads, where the column may be NULL.
pub(super) fn maybe<T>(
    row: &Row<'_>,
    column: usize,
    read: impl Fn(&Row<'_>, usize) -> Result<T>,
) -> Result<Option<T>> {
    if row.get_ref(column)? == ValueRef::Null { Ok(None) } else { read(row, column).map(Some) }
}

pub(super) fn tenant_name(row: &Row<'_>, column: usize) -> Result<TenantName> {
    parsed(row, column, "tenant name", |text| TenantName::parse(text).ok())
}

/// A count or a number of tokens, which is never negative.
pub(super) fn unsigned(row: &Row<'_>, column: usize) -> Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| Error::IntegralValueOutOfRange(column, number))
}

pub(super) fn time(row: &Row<'_>, column: usize) -> Result<UnixMillis> {
    row.get(column).map(UnixMillis)
}

pub(super) fn maybe_time(row: &Row<'_>, column: usize) -> Result<Option<UnixMillis>> {
    maybe(row, column, time)
}

/// The value that a column's text means.
pub(super) fn parsed<T>(
    row: &Row<'_>,
    column: usize,
    what: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    parse(text).ok_or_else(|| {
        let text = text.to_owned();
        Error::FromSqlConversionFailure(column, Type::Text, Box::new(Unreadable { what, text }))
    })
}
